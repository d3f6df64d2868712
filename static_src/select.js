// On the workbench, words that somebody selects in a text are put into the box “The passage”. Without a mouse,
// or without this, they are copied or typed there.
const box = document.querySelector("#id_quote");
const within = (node) => (node?.nodeType === Node.TEXT_NODE ? node.parentElement : node)?.closest("[data-selectable]");

if (box) {
  document.addEventListener("selectionchange", () => {
    const chosen = document.getSelection();
    const text = within(chosen.anchorNode);
    const words = chosen.toString().trim();
    if (!words || !text || text !== within(chosen.focusNode)) {
      return;
    }
    box.value = words;
    for (const answer of document.querySelectorAll("input[name=field]")) {
      answer.checked = answer.value === text.dataset.selectable;
    }
  });
}
