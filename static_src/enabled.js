// First thing in the body: says that scripts run, so that the page is drawn once and does not jump.
// A file of its own because our content security policy allows no script inside a page.
document.body.classList.add("js-enabled");
if ("noModule" in HTMLScriptElement.prototype) {
  document.body.classList.add("govuk-frontend-supported");
}
