// Go's strconv.FormatFloat: shortest and exact digits, in the forms e, f, g, b and x (the strconv package's documentation).

/** The form of a number, named after its verb in fmt. */
export type FloatForm = 'e' | 'E' | 'f' | 'F' | 'g' | 'G' | 'b' | 'x' | 'X'

/** Decimal digits without leading or trailing zeros, and where the point goes: `0.digits × 10^point`. */
interface Decimal {
  readonly digits: string
  readonly point: number
}

/**
 * Go's strconv.FormatFloat. Precision -1 means the fewest digits that read back as the same number.
 *
 * `formatFloat(1e6, 'g', -1)` is `1e+06`.
 */
export function formatFloat(value: number, form: FloatForm, precision: number = -1, bits: 32 | 64 = 64): string {
  // Between these sizes the shortest form is that of JavaScript.
  if (form === 'g' && precision < 0 && bits === 64 && value < 1e6 && value >= 1e-4) return String(value)
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf'
  const sign = value < 0 || Object.is(value, -0) ? '-' : ''
  const size = Math.abs(value)
  switch (form) {
    case 'b':
      return sign + binary(size, bits)
    case 'x':
      return sign + hexadecimal(size, precision)
    case 'X':
      return sign + hexadecimal(size, precision).toUpperCase()
    case 'f':
    case 'F':
      if (precision < 0) return sign + plain(shortest(size, bits), -1)
      return sign + plain(roundToPlace(size, precision), precision)
    case 'e':
    case 'E':
      if (precision < 0) return sign + exponential(shortest(size, bits), -1, form)
      return sign + exponential(roundToLength(size, precision + 1), precision, form)
    default:
      return sign + general({ size, bits, precision, mark: form === 'g' ? 'e' : 'E' })
  }
}

/** The fewest digits that stand for the number alone, as JavaScript finds them. */
function shortest(size: number, bits: 32 | 64): Decimal {
  if (size === 0) return { digits: '', point: 0 }
  const text = bits === 32 ? shortest32(size) : size.toExponential()
  const [mantissa = '', exponent = '0'] = text.split('e')
  return trimmed(mantissa.replace('.', ''), Number(exponent) + 1)
}

function shortest32(size: number): string {
  for (let length = 0; length < 9; length++) {
    const text = size.toExponential(length)
    if (Math.fround(Number(text)) === size) return text
  }
  return size.toExponential()
}

function trimmed(digits: string, point: number): Decimal {
  const start = digits.search(/[1-9]/)
  if (start < 0) return { digits: '', point: 0 }
  return { digits: digits.slice(start).replace(/0+$/, ''), point: point - start }
}

const view = new DataView(new ArrayBuffer(8))

/** size = mantissa × 2^exponent, exactly. */
function split(size: number): { mantissa: bigint; exponent: number } {
  view.setFloat64(0, size)
  const raw = view.getBigUint64(0)
  const biased = Number(raw >> 52n)
  const fraction = raw & 0xfffffffffffffn
  return biased === 0 ? { mantissa: fraction, exponent: -1074 } : { mantissa: fraction | 0x10000000000000n, exponent: biased - 1075 }
}

// No float64 has a digit after this place, so more precision only adds zeros.
const LAST_PLACE = 1074

/** Exact rounding (ties to even) to `places` decimal places. */
function roundToPlace(size: number, places: number): Decimal {
  if (size === 0) return { digits: '', point: 0 }
  const kept = Math.min(places, LAST_PLACE)
  const text = scaled(size, kept).toString()
  return text === '0' ? { digits: '', point: 0 } : trimmed(text, text.length - kept)
}

/** Exact rounding (ties to even) to `length` significant digits. */
function roundToLength(size: number, length: number): Decimal {
  if (size === 0) return { digits: '', point: 0 }
  const [digits = '', power = '0'] = size.toExponential().split('e')
  // The shortest form of a number just below a power of ten is that power.
  const magnitude = Number(power) + (digits === '1' && isBelowPower(size, Number(power)) ? 0 : 1)
  const places = Math.min(length - magnitude, LAST_PLACE)
  const text = scaled(size, places).toString()
  return trimmed(text, text.length - places)
}

/** Whether size < 10^power, exactly. */
function isBelowPower(size: number, power: number): boolean {
  const { mantissa, exponent } = split(size)
  const left = mantissa * 2n ** BigInt(Math.max(exponent, 0)) * 10n ** BigInt(Math.max(-power, 0))
  return left < 2n ** BigInt(Math.max(-exponent, 0)) * 10n ** BigInt(Math.max(power, 0))
}

/** size × 10^places as an integer, ties to even. */
function scaled(size: number, places: number): bigint {
  const { mantissa, exponent } = split(size)
  let numerator = mantissa
  let denominator = 1n
  if (exponent >= 0) numerator <<= BigInt(exponent)
  else denominator <<= BigInt(-exponent)
  if (places >= 0) numerator *= 10n ** BigInt(places)
  else denominator *= 10n ** BigInt(-places)
  const quotient = numerator / denominator
  const twice = (numerator % denominator) * 2n
  return twice > denominator || (twice === denominator && quotient % 2n === 1n) ? quotient + 1n : quotient
}

/** `ddd.ddd`; precision -1 shows the digits there are. */
function plain({ digits, point }: Decimal, precision: number): string {
  const whole = point <= 0 ? '0' : digits.slice(0, point).padEnd(point, '0')
  const places = precision < 0 ? Math.max(digits.length - point, 0) : precision
  if (places === 0 || digits === '') return places === 0 ? whole : `0.${'0'.repeat(places)}`
  const fraction = point <= 0 ? '0'.repeat(Math.min(-point, places)) + digits : digits.slice(point)
  return `${whole}.${fraction.slice(0, places).padEnd(places, '0')}`
}

/** `d.ddde±dd`. */
function exponential({ digits, point }: Decimal, precision: number, mark: string): string {
  const places = precision < 0 ? Math.max(digits.length - 1, 0) : precision
  const fraction = places > 0 ? `.${digits.slice(1, places + 1).padEnd(places, '0')}` : ''
  const exponent = digits === '' ? 0 : point - 1
  return `${digits[0] ?? '0'}${fraction}${mark}${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`
}

function general({ size, bits, precision, mark }: { size: number; bits: 32 | 64; precision: number; mark: string }): string {
  const wanted = precision === 0 ? 1 : precision
  const decimal = precision < 0 ? shortest(size, bits) : roundToLength(size, wanted)
  const { digits, point } = decimal
  const limit = precision < 0 ? SHORTEST_LIMIT : wanted > digits.length && digits.length >= point ? digits.length : wanted
  const exponent = point - 1
  if (size !== 0 && (exponent < -4 || exponent >= limit)) return exponential(decimal, -1, mark)
  return plain(decimal, -1)
}

// The shortest form changes to an exponent as if the precision were 6.
const SHORTEST_LIMIT = 6

function binary(size: number, bits: 32 | 64): string {
  const { mantissa, exponent } = bits === 64 ? split(size) : split32(size)
  return `${mantissa}p${exponent < 0 ? '-' : '+'}${Math.abs(exponent)}`
}

function split32(size: number): { mantissa: bigint; exponent: number } {
  view.setFloat32(0, size)
  const raw = view.getUint32(0)
  const biased = raw >>> 23
  const fraction = raw & 0x7fffff
  return biased === 0 ? { mantissa: BigInt(fraction), exponent: -149 } : { mantissa: BigInt(fraction | 0x800000), exponent: biased - 150 }
}

/** `0x1.8p+01`. */
function hexadecimal(size: number, precision: number): string {
  let { mantissa, exponent } = split(size)
  if (mantissa === 0n) return `0x0${precision > 0 ? `.${'0'.repeat(precision)}` : ''}p+00`
  while (mantissa < 0x10000000000000n) {
    mantissa <<= 1n
    exponent--
  }
  let power = exponent + 52
  if (precision >= 0 && precision < 13) {
    const unit = 1n << BigInt(52 - 4 * precision)
    const rest = (mantissa % unit) * 2n
    mantissa = mantissa / unit + (rest > unit || (rest === unit && (mantissa / unit) % 2n === 1n) ? 1n : 0n)
    mantissa *= unit
    if (mantissa >= 0x20000000000000n) {
      mantissa >>= 1n
      power++
    }
  }
  const digits = (mantissa & 0xfffffffffffffn).toString(16).padStart(13, '0')
  const fraction = precision < 0 ? digits.replace(/0+$/, '') : digits.slice(0, precision).padEnd(precision, '0')
  return `0x1${fraction === '' ? '' : `.${fraction}`}p${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`
}
