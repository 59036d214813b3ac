// Characters that XML 1.0 cannot hold would make the whole document unreadable.
const unprintable = /[[\p{Cc}\uFFFE\uFFFF]--[\t\n]]/gv
const longestCell = 32_767

/** Text that any document can hold: what cannot be printed becomes U+FFFD, line ends become LF. */
export function printable(text: string): string {
  return text.toWellFormed().replace(/\r\n?/g, '\n').replace(unprintable, '\uFFFD')
}

/** Text for a string cell of a workbook: within Excel's limit, and `_x0041_` stays the seven characters it is. */
export function cellText(text: string): string {
  const clean = printable(text).replace(/_x(?=[0-9A-Fa-f]{4}_)/g, '_x005F_x')
  return clean.length > longestCell ? `${clean.slice(0, longestCell - 1)}…` : clean
}

// An apostrophe of the text's own counts as part of what is guarded, so that taking one away gives the very text back.
// What nobody sees is skipped like a space, for a program that drops it would find the formula first.
const risky = /^'*(?:[\s\p{Default_Ignorable_Code_Point}\uFFFD]*[=+\-@＝＋－＠]|[\t\r\n])/u

/** Text for a CSV cell: a leading = + - @ TAB CR LF, or their full-width forms, cannot become a formula (security V1.2.10). */
export function guardFormula(text: string): string {
  const clean = printable(text)
  return risky.test(clean) ? `'${clean}` : clean
}

/** The text that `guardFormula` was given, from the cell it made. */
export function unguardFormula(cell: string): string {
  return cell.startsWith("'") && risky.test(cell) ? cell.slice(1) : cell
}
