// While something is being worked on, look again after a moment.
if (document.querySelector('[data-refresh]')) setTimeout(() => location.reload(), 1500)
