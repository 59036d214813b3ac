type Fraction = { readonly over: bigint, readonly under: bigint }

/**
 * Whether P(X <= k) <= risk for the binomial, in whole-number arithmetic on the decimals as they were
 * entered, so that an exact tie is a tie.
 */
export function binomialAtMost(k: number, n: number, rate: number, risk: number): boolean {
  const { over: p, under: whole } = fraction(rate)
  const q = whole - p
  // Terms are summed without their common factor q^(n-k), from the k-th down.
  let sum = 0n
  let choose = 1n
  const powers = [1n]
  for (let index = 1; index <= k; index++) powers.push((powers[index - 1] ?? 1n) * q)
  let power = 1n
  for (let index = 0; index <= k; index++) {
    sum += choose * power * (powers[k - index] ?? 1n)
    choose = (choose * BigInt(n - index)) / BigInt(index + 1)
    power *= p
  }
  const limit = fraction(risk)
  return sum * q ** BigInt(n - k) * limit.under <= limit.over * whole ** BigInt(n)
}

/** The same for the hypergeometric: n of N drawn, of which D deviate. */
export function hypergeometricAtMost(k: number, n: number, size: number, deviating: number, risk: number): boolean {
  let sum = 0n
  const least = Math.max(0, n - (size - deviating))
  if (k < least) return true
  let term = choose(deviating, least) * choose(size - deviating, n - least)
  for (let index = least; index <= Math.min(k, n, deviating); index++) {
    sum += term
    const next = BigInt(index + 1) * BigInt(size - deviating - n + index + 1)
    if (next > 0n) term = (term * BigInt(deviating - index) * BigInt(n - index)) / next
  }
  const limit = fraction(risk)
  return sum * limit.under <= limit.over * choose(size, n)
}

function choose(from: number, taken: number): bigint {
  let result = 1n
  for (let index = 0; index < Math.min(taken, from - taken); index++) result = (result * BigInt(from - index)) / BigInt(index + 1)
  return result
}

/** A number as the fraction its shortest decimal form says: 0.05 is 5/100. */
function fraction(value: number): Fraction {
  const [digits = '0', exponent = '0'] = value.toString().split('e')
  const [whole = '0', part = ''] = digits.split('.')
  const places = part.length - Number(exponent)
  const over = BigInt(whole + part)
  return places >= 0 ? { over, under: 10n ** BigInt(places) } : { over: over * 10n ** BigInt(-places), under: 1n }
}
