"""What the widget costs a page and its visitor: `python -m tests.tools.bench.browser`.

Each figure stands beside that of a bare page in the same browser, the two taking turns, as CPU time of the page's main
thread: what the machine and its other work are worth cancels out in the ratio.
"""
