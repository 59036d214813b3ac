// Loaded in the head without defer: a stored choice must be in place before the first paint.
const root = document.documentElement
const stored = read()
if (stored) root.dataset.bsTheme = stored

document.addEventListener('DOMContentLoaded', () => {
  for (const button of document.querySelectorAll('button[data-theme]')) {
    button.hidden = false
    button.addEventListener('click', toggle)
  }
})

function toggle() {
  const next = isDark() ? 'light' : 'dark'
  root.dataset.bsTheme = next
  try {
    localStorage.setItem('theme', next)
  } catch {
    // Where storage is forbidden the choice lasts for this page only.
  }
}

function isDark() {
  if (root.dataset.bsTheme) return root.dataset.bsTheme === 'dark'
  return matchMedia('(prefers-color-scheme: dark)').matches
}

function read() {
  try {
    const value = localStorage.getItem('theme')
    return value === 'dark' || value === 'light' ? value : null
  } catch {
    return null
  }
}
