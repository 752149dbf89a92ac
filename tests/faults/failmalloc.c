/* malloc, calloc and realloc that fail on request; LD_PRELOAD.  `_testcapi.set_nomemory` reaches what is asked from the
 * interpreter's allocators, this reaches the trace library, which asks the C library itself.
 *
 * From inside the process: failmalloc_only("name") for each library whose calls are counted (none: all), then
 * failmalloc_set(first, last): the calls from number `first` to before `last` fail, counted from 0.  From outside:
 * FAILMALLOC=n, every call of the program and of cJSON from the n-th on fails; FAILMALLOC=n,m, those before the m-th.
 */
#include <errno.h>
#include <link.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

void *__libc_malloc(size_t n);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t n);

enum { LIBRARIES = 4 };
static struct range { uintptr_t from, to; } ranges[LIBRARIES];
static unsigned n_ranges;
static uint64_t seen, first_bad = UINT64_MAX, last_bad = UINT64_MAX;

static int add_range(struct dl_phdr_info *info, size_t size, void *name) {
    struct range r = {UINTPTR_MAX, 0};
    (void)size;
    if (!strstr(info->dlpi_name, name) || n_ranges == LIBRARIES) return 0;
    for (unsigned i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
        if (segment->p_type != PT_LOAD) continue;
        uintptr_t from = info->dlpi_addr + segment->p_vaddr, to = from + segment->p_memsz;
        if (from < r.from) r.from = from;
        if (to > r.to) r.to = to;
    }
    ranges[n_ranges++] = r;
    return 1;
}

/* Counts the calls of the library whose file name contains this; returns whether there is one. */
int failmalloc_only(char *name) { return dl_iterate_phdr(add_range, name); }

/* Returns how many calls were counted since the last time. */
uint64_t failmalloc_set(uint64_t first, uint64_t last) {
    uint64_t counted = seen;
    seen = 0;
    first_bad = first;
    last_bad = last;
    return counted;
}

__attribute__((constructor)) static void read_environment(void) {
    char *text = getenv("FAILMALLOC");
    if (!text) return;
    failmalloc_only(""); /* the program itself: other libraries ask before main() */
    failmalloc_only("libcjson");
    first_bad = strtoull(text, &text, 10);
    if (*text == ',') last_bad = strtoull(text + 1, NULL, 10);
}

static bool refused(const void *caller) {
    uintptr_t at = (uintptr_t)caller;
    bool counted = n_ranges == 0;
    for (unsigned i = 0; i < n_ranges; i++) counted |= at >= ranges[i].from && at < ranges[i].to;
    if (!counted) return false;
    uint64_t number = __atomic_fetch_add(&seen, 1, __ATOMIC_RELAXED);
    if (number < first_bad || number >= last_bad) return false;
    errno = ENOMEM;
    return true;
}

void *malloc(size_t n) { return refused(__builtin_return_address(0)) ? NULL : __libc_malloc(n); }
void *calloc(size_t n, size_t size) { return refused(__builtin_return_address(0)) ? NULL : __libc_calloc(n, size); }
void *realloc(void *p, size_t n) { return refused(__builtin_return_address(0)) ? NULL : __libc_realloc(p, n); }
