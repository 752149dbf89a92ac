"""The report: what was measured beside what was published, as HTML, Markdown and PDF.

`document` makes the parts of results, `html` and `markdown` write them, `pdf` prints the HTML.
"""
