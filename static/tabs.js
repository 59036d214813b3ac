// Where the tabs do not all fit, the one that is open stands in sight.
const open = document.querySelector('.tabs [aria-current]')
const tabs = open?.closest('.tabs')
if (open instanceof HTMLElement && tabs) tabs.scrollLeft = open.offsetLeft - (tabs.clientWidth - open.offsetWidth) / 2

export {}
