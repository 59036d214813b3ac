import { Refused } from '../errors.ts'

/** A spot on a page in fractions of its width and height, from its top left corner; no size means a point. */
export type Spot = { readonly leaf: number, readonly left: number, readonly top: number, readonly width: number, readonly height: number }
/** Lines of a text or rows of a table, both ends included. */
export type Lines = { readonly first: number, readonly last: number }
export type Place = Spot | Lines

export type Tickmark = { readonly symbol: string, readonly meaning: string }

/** The signs every engagement begins with; it may add its own. */
export const usual: readonly Tickmark[] = [
  { symbol: '✓', meaning: 'Agreed without exception' },
  { symbol: '✗', meaning: 'Deviation, see the exception of the test' },
  { symbol: 'N/A', meaning: 'Does not apply, for the reason noted' },
  { symbol: 'PBC', meaning: 'Prepared by the client' },
  { symbol: '®', meaning: 'Reperformed' },
  { symbol: 'ⓘ', meaning: 'See the note' },
]

export function isSpot(place: Place): place is Spot {
  return 'leaf' in place
}

/** How a result cites a mark: 'mark 2, page 4', 'mark 1, lines 10 to 14'. The first page is not named. */
export function citePlace(number: number, place: Place): string {
  if (isSpot(place)) return place.leaf > 1 ? `mark ${number}, page ${place.leaf}` : `mark ${number}`
  return `mark ${number}, ${place.first === place.last ? `line ${place.first}` : `lines ${place.first} to ${place.last}`}`
}

/** Refuses a place that is not on the file: `total` counts its pages, or its lines. */
export function refuseOutside(place: Place, total: number): void {
  if (isSpot(place)) {
    if (place.leaf > total) throw new Refused(`This file has ${total} ${total === 1 ? 'page' : 'pages'}, so there is no page ${place.leaf}.`)
    if (place.left + place.width > 1.0001 || place.top + place.height > 1.0001) throw new Refused('The mark reaches over the edge of the page. Put it where all of it is on the page.')
  } else if (place.last > total) throw new Refused(`This file ends at line ${total}, so there is no line ${place.last}.`)
}

/** Refuses a sign that is not in the legend, so that every mark can be read by a stranger. */
export function refuseUnknown(symbol: string, legend: readonly Tickmark[]): void {
  if (!legend.some((sign) => sign.symbol === symbol)) throw new Refused(`“${symbol}” is not in the legend of this engagement.`)
}

/** The number of the mark that a citation's place names, or null. */
export function markNamed(place: string): number | null {
  const found = /^mark (\d{1,6})\b/.exec(place)
  return found ? Number(found[1]) : null
}

/** What stands behind the address of the page where a place is seen. */
export function placeQuery(place: Place): string {
  return isSpot(place) ? `?leaf=${place.leaf}` : `?lines=${place.first}-${place.last}#L${place.first}`
}
