"""The usual way: all notes as one WeasyPrint document, in this process."""

import json
import resource
import sys
import time

from weasyprint import CSS, HTML

from benchmarks.case_notes import NUMBERED, SHEET, document

if __name__ == "__main__":
    started = time.perf_counter()
    whole = HTML(string=document(range(int(sys.argv[1])), first=True)).render(
        stylesheets=[CSS(string=SHEET + NUMBERED)], pdf_variant="pdf/ua-1"
    )
    content = whole.write_pdf(pdf_variant="pdf/ua-1")
    cost = {
        "seconds": time.perf_counter() - started,
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "pages": len(whole.pages),
        "kilobytes": len(content) / 1024,
    }
    print(json.dumps(cost))
