// Before anything is drawn: the theme and density that were chosen, or else the system's theme.
(function () {
  var look = {};
  try {
    look = JSON.parse(localStorage.getItem("moe.look") || "{}") || {};
  } catch {
    look = {};
  }
  var isDark = look.theme === "dark" || (look.theme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = isDark ? "dark" : "light";
  document.documentElement.dataset.density = look.density === "compact" ? "compact" : "comfortable";
})();
