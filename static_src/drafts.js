// Keeps what is typed into an entry while it is typed, so that nothing is lost when the browser closes, the
// session ends or the connection breaks. Without it the button “Save draft” does the same.
const PAUSE = 2000; // milliseconds after the last key
const RETRY = 5000;
// Browsers carry no more than 64 kB of a page that is being left.
const MOST_ON_LEAVING = 60000;

class Draft {
  constructor(form) {
    this.form = form;
    this.when = form.querySelector("[data-draft-when]");
    this.problem = form.querySelector("[data-draft-problem]");
    this.changed = "draftNotKept" in form.dataset;
    this.ended = false;
    this.timer = null;
    this.sending = false;
    form.addEventListener("input", () => this.change());
    form.addEventListener("change", () => this.change());
    form.addEventListener("submit", (event) => this.leave(event));
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.send(true);
    });
    window.addEventListener("pagehide", () => this.send(true));
    window.addEventListener("online", () => this.send());
    window.addEventListener("beforeunload", (event) => {
      if (this.changed && !this.problem.hidden && !this.leaving) event.preventDefault();
    });
    if (this.changed) this.later(PAUSE);
  }

  change() {
    this.changed = true;
    this.later(PAUSE);
  }

  later(wait) {
    clearTimeout(this.timer);
    if (!this.ended) this.timer = setTimeout(() => this.send(), wait);
  }

  // Before the form itself is sent, its last words are kept: if the server is away, the page stays.
  async leave(event) {
    if (!this.changed || this.ended || this.signedOut) {
      this.leaving = true;
      clearTimeout(this.timer);
      return;
    }
    event.preventDefault();
    if (this.asking) return;
    this.asking = true;
    await this.send();
    this.asking = false;
    if (!this.changed || this.signedOut) this.form.requestSubmit(event.submitter);
  }

  async send(leaving = false) {
    if (this.sending && !leaving) await this.sending;
    if (!this.changed || this.ended || this.leaving) return;
    this.changed = false;
    const sent = this.post(leaving);
    this.sending = sent.then(() => null);
    await this.hear(await sent);
    this.sending = null;
    if (this.changed) this.later(this.problem.hidden ? PAUSE : RETRY);
  }

  // The server's answer; null where none came.
  async post(leaving) {
    const body = new URLSearchParams(new FormData(this.form));
    // The server drops a saving that arrives after a later one.
    body.set("step", Date.now());
    const keepalive = leaving && body.toString().length < MOST_ON_LEAVING;
    try {
      return await fetch(this.form.dataset.draft, {
        method: "POST",
        body,
        headers: { Accept: "application/json" },
        redirect: "manual",
        keepalive,
      });
    } catch {
      return null;
    }
  }

  async hear(answer) {
    if (answer === null || answer.status >= 500) {
      this.changed = true;
      this.say("The connection is lost. What you typed is still on this page and is saved when the connection is back.");
      return;
    }
    if (answer.type === "opaqueredirect") {
      this.changed = true;
      this.signedOut = true;
      this.say("You have been signed out. What you typed is still on this page. Press “Save draft”: you are asked to sign in, and it is there again.");
      return;
    }
    const said = await answer.json().catch(() => ({}));
    if (answer.ok) {
      this.kept(said);
    } else if (said.state === "renewed" && !this.renewed) {
      // Somebody signed in again in another window: the proof on this page was out of date.
      this.renewed = true;
      this.form.elements.csrfmiddlewaretoken.value = said.token;
      this.changed = true;
      await this.send();
    } else {
      this.ended = true;
      this.changed = true;
      if ("version" in said) this.form.elements.version.value = said.version;
      this.say(said.words ?? "This cannot be saved as a draft. What you typed is still on this page: copy it before you leave.");
    }
  }

  kept(said) {
    this.form.elements.version.value = said.version;
    this.problem.hidden = true;
    this.signedOut = false;
    this.renewed = false;
    const time = new Date().toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
    this.when.textContent = `Draft saved at ${time}.`;
    // A reload, a restart or signing in again comes back to this draft.
    window.history.replaceState(null, "", said.page);
  }

  say(words) {
    if (this.problem.textContent !== words || this.problem.hidden) {
      this.problem.textContent = words;
      this.problem.hidden = false;
    }
    this.when.textContent = "Not saved.";
  }
}

for (const form of document.querySelectorAll("form[data-draft]")) {
  new Draft(form);
}
