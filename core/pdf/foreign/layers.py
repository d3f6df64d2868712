"""The layers of somebody else's PDF that a reader does not see (ISO 32000-1, 8.11)."""

from pikepdf import Array, Dictionary, Name, Object, Pdf

DEEPEST = 20

Layers = set[tuple[int, int]]


def layers_that_are_off(pdf: Pdf) -> Layers:
    """The layers that are switched off when the file is opened to be looked at."""
    properties = pdf.Root.get("/OCProperties", Dictionary())
    default = properties.get("/D", Dictionary())
    off = {layer.objgen for layer in default.get("/OFF", Array())}
    if default.get("/BaseState") == Name.OFF:
        on = {layer.objgen for layer in default.get("/ON", Array())}
        off = {layer.objgen for layer in properties.get("/OCGs", Array())} - on
    # What a layer itself says of being looked at, where the file goes by that.
    for rule in default.get("/AS", Array()):
        if rule.get("/Event") == Name.View and Name.View in rule.get("/Category", Array()):
            for layer in rule.get("/OCGs", Array()):
                view = layer.get("/Usage", Dictionary()).get("/View", Dictionary())
                if view.get("/ViewState") == Name.OFF:
                    off.add(layer.objgen)
                elif view.get("/ViewState") == Name.ON:
                    off.discard(layer.objgen)
    return off


def is_off(layer: Object | None, off: Layers) -> bool:
    """Whether what belongs to `layer`, or to several by a rule, is not seen."""
    if not isinstance(layer, Dictionary):
        return False
    if layer.get("/Type") != Name.OCMD:
        return layer.objgen in off
    if isinstance(layer.get("/VE"), Array):
        return not _holds(layer.VE, off, 0)
    members = layer.get("/OCGs")
    listed = list(members) if isinstance(members, Array) else [members]
    offs = [one.objgen in off for one in listed if isinstance(one, Dictionary)]
    if not offs:
        return False
    hides = {"/AllOn": any(offs), "/AnyOff": not any(offs), "/AllOff": not all(offs)}
    return hides.get(str(layer.get("/P")), all(offs))


def _holds(rule: Object, off: Layers, depth: int) -> bool:
    """Whether a rule that is written out (and, or, not) lets something be seen; True where it says nothing."""
    if isinstance(rule, Dictionary):
        return rule.objgen not in off
    if not isinstance(rule, Array) or len(rule) < 2 or depth > DEEPEST:
        return True
    held = [_holds(one, off, depth + 1) for one in list(rule)[1:]]
    how = str(rule[0])
    if how == "/Not":
        return not held[0]
    return any(held) if how == "/Or" else all(held)
