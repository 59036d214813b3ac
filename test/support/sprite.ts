import { readFileSync } from 'node:fs'
import { icons } from '../../server/web/icons.ts'

type Drawing = readonly (readonly [tag: string, attributes: Readonly<Record<string, string>>])[]

const lucide = new URL('../../node_modules/lucide-static/', import.meta.url)

/** The text of `static/icons.svg`: each icon of the list as one symbol, in the order of the list. */
export function drawSprite(): string {
  const drawings = JSON.parse(readFileSync(new URL('icon-nodes.json', lucide), 'utf8')) as Record<string, Drawing>
  const symbols = Object.entries(icons).map(([name, source]) => {
    const drawing = drawings[source]
    if (!drawing) throw new Error(`Lucide has no icon "${source}" for "${name}"`)
    return `<symbol id="i-${name}" viewBox="0 0 24 24">${drawing.map(([tag, attributes]) => `<${tag}${written(attributes)}/>`).join('')}</symbol>`
  })
  return [
    '<svg xmlns="http://www.w3.org/2000/svg">',
    '<!-- Icons from Lucide, https://lucide.dev, ISC License.',
    ...licence().map((line) => line && `     ${line}`),
    '-->',
    ...symbols,
    '</svg>',
    '',
  ].join('\n')
}

function written(attributes: Readonly<Record<string, string>>): string {
  return Object.entries(attributes).filter(([name]) => name !== 'key').map(([name, value]) => ` ${name}="${value}"`).join('')
}

function licence(): string[] {
  return readFileSync(new URL('LICENSE', lucide), 'utf8').split('\n').map((line) => line.trimEnd().replaceAll('--', ''))
}
