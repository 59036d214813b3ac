import { z } from 'zod'

/** A percentage somebody types, up to two decimals, as a fraction: '2.5' is 0.025. */
export function percentField(name: string, least: number, most: number) {
  const words = `The ${name} is a percentage from ${least} to ${most}, with at most two decimals.`
  return z.string(`Enter the ${name}.`).transform((text, context) => {
    const percent = /^\d{1,3}(\.\d{1,2})?$/.test(text.replace(/ ?%$/, '')) ? Number(text.replace(/ ?%$/, '')) : Number.NaN
    if (percent >= least && percent <= most) return Number((percent / 100).toPrecision(12))
    context.addIssue({ code: 'custom', message: words })
    return z.NEVER
  })
}

/** A whole number somebody types; thousands may be parted by commas. */
export function wholeField(name: string, least: number, most: number) {
  const words = `${name} is a whole number from ${least} to ${most.toLocaleString('en-US')}.`
  return z.string(words).transform((text, context) => {
    const whole = /^\d{1,3}(,\d{3})+$|^\d{1,12}$/.test(text) ? Number(text.replaceAll(',', '')) : Number.NaN
    if (whole >= least && whole <= most) return whole
    context.addIssue({ code: 'custom', message: words })
    return z.NEVER
  })
}
