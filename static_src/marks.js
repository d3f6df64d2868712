// Marks what is selected in a text: fills the next empty row with the words and what they are. The rows
// themselves work without it.
for (const tool of document.querySelectorAll("[data-marks]")) {
  const text = document.getElementById(tool.dataset.marks);
  const said = tool.querySelector("[data-marks-said]");
  const rows = [...tool.querySelectorAll("[data-mark]")];
  const wordsOf = (row) => row.querySelector("textarea");

  // Empty rows come when they are needed; one stays, for whoever would rather type.
  const show = () => {
    let empty = 0;
    for (const row of rows) {
      if (wordsOf(row).value.trim() === "") empty += 1;
      row.hidden = empty > 1;
    }
  };

  const another = () => {
    const row = rows.at(-1).cloneNode(true);
    const number = rows.length + 1;
    for (const box of row.querySelectorAll("textarea, select")) {
      const label = row.querySelector(`label[for="${box.id}"]`);
      box.id = box.id.replace(/\d+$/, number);
      box.value = "";
      label.htmlFor = box.id;
      label.textContent = label.textContent.replace(/\d+/, number);
    }
    rows.at(-1).after(row);
    rows.push(row);
    return row;
  };

  const mark = (kind, label) => {
    const words = text.value.slice(text.selectionStart, text.selectionEnd).trim();
    if (words === "") {
      said.textContent = "Select words in the note first, then choose what they are.";
      return;
    }
    const row = rows.find((each) => wordsOf(each).value.trim() === "") ?? another();
    wordsOf(row).value = words;
    row.querySelector("select").value = kind;
    said.textContent = `Marked as ${label.toLowerCase()}: “${words}”`;
    show();
    row.dispatchEvent(new Event("input", { bubbles: true }));
  };

  for (const button of tool.querySelectorAll("[data-mark-kind]")) {
    button.addEventListener("click", () => mark(button.dataset.markKind, button.textContent.trim()));
  }
  tool.addEventListener("input", show);
  tool.querySelector("[data-marks-tool]").hidden = false;
  show();
}
