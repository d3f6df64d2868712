// Makes pages more comfortable; every page does its work without it.
import { initAll as startGovuk } from "./govuk-frontend.min.js";
import "./areas.js";
import "./drafts.js";
import "./marks.js";
import "./select.js";
import "./signature.js";
import { initAll as startMoj, FilterToggleButton } from "./moj-frontend.min.js";

startGovuk();
startMoj();

// The filter beside a list folds away on a narrow screen. MOJ Frontend leaves starting it to us.
for (const panel of document.querySelectorAll(".moj-filter")) {
  new FilterToggleButton(panel, {
    bigModeMediaQuery: "(min-width: 48.063em)",
    startHidden: false,
    toggleButton: {
      showText: "Show filter",
      hideText: "Hide filter",
      classes: "govuk-button--secondary govuk-!-margin-bottom-2",
    },
    toggleButtonContainer: { selector: ".moj-action-bar__filter" },
    closeButton: { text: "Close", classes: "moj-filter__close" },
    closeButtonContainer: { selector: ".moj-filter__header-action" },
  });
}

// A progress box replaces itself every few seconds, and likely matches come while somebody types. A
// screen reader hears the words once, when they change, not at each replacement.
const speak = (box, spoken, words) =>
  new MutationObserver(() => {
    const now = (box.querySelector(words)?.textContent ?? "").replace(/\s+/g, " ").trim();
    if (spoken && now && spoken.textContent !== now) {
      spoken.textContent = now;
    }
  }).observe(box, { childList: true, subtree: true, characterData: true });
for (const box of document.querySelectorAll("[data-progress]")) {
  speak(box, box.parentElement.querySelector("[data-progress-spoken]"), "[data-progress-words]");
}
for (const box of document.querySelectorAll("[data-speaks]")) {
  speak(box, box.parentElement.querySelector("[data-spoken]"), "[data-spoken-words]");
}

// A table that is wider than the screen can be moved sideways with the keyboard too.
const makeTablesReachable = () => {
  for (const frame of document.querySelectorAll("[data-table]")) {
    const caption = frame.querySelector("caption");
    if (frame.scrollWidth > frame.clientWidth && caption) {
      caption.id ||= `table-${[...document.querySelectorAll("caption")].indexOf(caption)}`;
      frame.setAttribute("tabindex", "0");
      frame.setAttribute("role", "region");
      frame.setAttribute("aria-labelledby", caption.id);
    } else {
      ["tabindex", "role", "aria-labelledby"].forEach((name) => frame.removeAttribute(name));
    }
  }
};
makeTablesReachable();
window.addEventListener("resize", makeTablesReachable);

// A file that is too large is said to be before it is sent: the server refuses it unread, and a browser
// then shows its own words for a line that was cut.
for (const box of document.querySelectorAll("input[type=file][data-largest]")) {
  box.addEventListener("change", () => {
    box.parentElement.querySelector("[data-said-too-large]")?.remove();
    if ([...box.files].some((file) => file.size > Number(box.dataset.largest))) {
      const words = document.createElement("p");
      words.className = "govuk-error-message";
      words.setAttribute("role", "alert");
      words.dataset.saidTooLarge = "";
      words.textContent = box.dataset.tooLarge;
      box.before(words);
      box.value = "";
    }
  });
}

// A page to be printed has a button for it; without scripts the browser's own menu does it.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// Paper shows what was folded away.
let opened = [];
window.addEventListener("beforeprint", () => {
  opened = [...document.querySelectorAll("main details:not([open])")];
  opened.forEach((details) => details.setAttribute("open", ""));
});
window.addEventListener("afterprint", () => {
  opened.forEach((details) => details.removeAttribute("open"));
});

// A page that the browser remembered is asked for again: its reader may have signed out in between, and
// a look at a record that comes from memory would leave no entry in the log.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) {
    window.location.reload();
  }
});
