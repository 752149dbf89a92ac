// Marks the frames whose name holds what is typed, and says how much of the whole they are.
(() => {
  const svg = document.currentScript.closest("svg"), told = svg.querySelector(".told"), usual = told.textContent;
  const rects = [...svg.querySelectorAll("rect[data-name]")], total = Number(svg.dataset.total) || 1;
  const box = (r) => ({ x: +r.getAttribute("x"), end: +r.getAttribute("x") + +r.getAttribute("width") });
  svg.querySelector(".seek").addEventListener("input", (event) => {
    const word = event.target.value.toLowerCase();
    let covered = -1, cost = 0;
    const hits = rects.filter((r) => {
      const hit = word !== "" && r.dataset.name.toLowerCase().includes(word);
      r.classList.toggle("hit", hit);
      return hit;
    });
    // A frame under another that is marked is in its cost already.
    for (const r of hits.sort((a, b) => box(a).x - box(b).x || box(b).end - box(a).end)) {
      if (box(r).x < covered - 0.5) continue;
      covered = box(r).end;
      cost += Number(r.dataset.cost);
    }
    told.textContent = word === "" ? usual : `${hits.length} frames, ${(100 * cost / total).toFixed(1)} % of the whole`;
  });
})();
