// "/" leads to the jump box from anywhere on a desk page, unless something is being typed.
document.addEventListener('keydown', (event) => {
  if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return
  const target = event.target
  if (target instanceof HTMLElement && (target.isContentEditable || target.closest('input, textarea, select'))) return
  const box = document.getElementById('jump')
  if (!box || box.offsetParent === null) return
  event.preventDefault()
  box.focus()
})
