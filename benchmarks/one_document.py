"""The usual way: all notes as one WeasyPrint document, in this process."""

import json
import resource
import sys

from weasyprint import CSS, HTML

from benchmarks.case_notes import NUMBERED, SHEET, document
from benchmarks.spent import Spent

if __name__ == "__main__":
    began = Spent.so_far()
    whole = HTML(string=document(range(int(sys.argv[1])), first=True)).render(
        stylesheets=[CSS(string=SHEET + NUMBERED)], pdf_variant="pdf/ua-1"
    )
    content = whole.write_pdf(pdf_variant="pdf/ua-1")
    cost = {
        **Spent.so_far().since(began)._asdict(),
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "pages": len(whole.pages),
        "kilobytes": len(content) / 1024,
    }
    print(json.dumps(cost))
