"""Tagged PDF: from chunks of HTML to one document that can be read, cited, numbered and locked.

It knows nothing of models, templates or requests: it takes strings and gives bytes.

    parts       Chunk in, Part out; what can go wrong (ChunkFailed, MergeFailed)
    press       Press: prints chunks in processes of their own; render_chunks
    contents    contents pages with real page numbers
    merge       merge: many parts, one accessible document; to_bytes
    headings    part_of: a part that was kept as bytes
    stamp       stamp: name, request and "Page x of N" on every page
    beside      inside_beside: what stands in a large file, read in a process of its own
    text        text_of, pages_as_png: what a reader of the finished bytes sees
    pictured    pages_with_pictures: which pages show pictures
    lock        encrypt
    report      tagging_report: what a screen reader would stumble over
    printer     the program that a press starts (printer_start); imported by nobody else
    fetch       what the printer may open: nothing, but the fonts and pictures it was given
    whole, links, metadata, trees, letters, fonts, wire: what the others are made of

    with Press(css=css) as press:
        body = press.render(chunks, progress=show)
        parts = with_contents(press, before=cover, after=body, write=contents_chunk)
    pdf = merge(parts, title="Your information", at=now)
    stamp(pdf, foot=Margin(left=name, right=page_x_of_n))
    finished = to_bytes(pdf)

Nothing is imported here on purpose: a printer starts in half the time when it loads only its own.
"""
