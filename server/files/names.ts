const longestStored = 255

/**
 * The name of a file as it is stored: as it was sent, folders included, in at most 255 code points.
 * NUL and broken surrogates, which the database cannot hold, become visible signs.
 */
export function storedName(sent: string): string {
  const whole = sent.replaceAll('\0', '␀').toWellFormed()
  return shorten(whole.trim() === '' ? 'unnamed' : whole, longestStored)
}

/** The name as people read it: control, direction and zero width characters stand visibly where they hide. */
export function displayName(name: string): string {
  return makeVisible(storedName(name), true)
}

/** Does the name hold characters that turn the reading direction, so that `fdp.exe` may read as `exe.pdf`? */
export function isMisleading(name: string): boolean {
  return /\p{Bidi_Control}/u.test(name)
}

/** The extension in lower case without its dot; '' when there is none. */
export function extensionOf(name: string): string {
  return /[^./\\]\.([\p{L}\p{N}_-]{1,16})$/u.exec(name.trim())?.[1]?.toLowerCase() ?? ''
}

/** Keeps start and end of a name and puts an ellipsis between; counts code points. */
export function shorten(name: string, longest: number): string {
  const points = [...name]
  if (points.length <= longest) return name
  const extension = extensionOf(name)
  const tail = Math.min(Math.max([...extension].length + 1, Math.floor(longest / 4)), longest - 2)
  return [...points.slice(0, longest - tail - 1), '…', ...points.slice(-tail)].join('')
}

/** Replaces characters that hide or reorder text by signs that show; tabs stay when `tabsToo` is false. */
export function makeVisible(text: string, tabsToo: boolean): string {
  return text.replace(/[\p{Cc}\p{Bidi_Control}\u200B\u2060\uFEFF\u2028\u2029]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0
    if (code === 9 && !tabsToo) return character
    if (code < 0x20) return String.fromCodePoint(0x2400 + code)
    if (code === 0x7f) return '␡'
    return `[U+${code.toString(16).toUpperCase().padStart(4, '0')}]`
  })
}

/**
 * Content-Disposition (RFC 6266, 5987): the last part of the name in plain ASCII for old clients, and whole as UTF-8.
 * Nothing in the name can end the value, start a header or name a folder.
 */
export function contentDisposition(name: string, kind: 'attachment' | 'inline'): string {
  const saved = saveName(name)
  const plain = saved.replace(/[^\x20-\x7e]/gu, '_').replace(/["\\%]/g, '_')
  return `${kind}; filename="${plain}"; filename*=UTF-8''${encodeExtended(saved)}`
}

function saveName(name: string): string {
  const last = name.toWellFormed().split(/[/\\]/).at(-1) ?? ''
  const safe = last.replace(/[\p{Cc}\p{Bidi_Control}\u2028\u2029<>:|?*]/gu, '_').trim().replace(/^\.+/, '_')
  return shorten(safe === '' || safe === '_' ? 'file' : safe, longestStored)
}

function encodeExtended(text: string): string {
  return encodeURIComponent(text).replace(/['()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
}
