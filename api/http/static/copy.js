// Copies a text that is ready to send; without it the text is on the page all the same.
for (const button of document.querySelectorAll("button[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const text = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(text.textContent);
    } catch {
      const range = document.createRange();
      range.selectNodeContents(text);
      getSelection().removeAllRanges();
      getSelection().addRange(range);
      return;
    }
    button.dataset.done = "1";
    setTimeout(() => delete button.dataset.done, 2000);
  });
}
