// Decides whether an image reference means the tag `latest`, by the grammar of image references that Kubernetes uses (distribution/reference), and the pull policy
// that follows from it.

/**
 * The imagePullPolicy of a container that has none: Always for the tag `latest`, given or implied; IfNotPresent for any other reference, and for an invalid one.
 * @example defaultPullPolicy('registry.example.com:5000/web') // 'Always'
 */
export function defaultPullPolicy(image: string): 'Always' | 'IfNotPresent' {
  const known = POLICIES.get(image)
  if (known !== undefined) return known
  const policy = tagOf(image) === 'latest' ? 'Always' : 'IfNotPresent'
  if (POLICIES.size >= 1000) POLICIES.clear()
  if (image.length <= 256) POLICIES.set(image, policy)
  return policy
}

// Pods of one repository name the same images again and again.
const POLICIES = new Map<string, 'Always' | 'IfNotPresent'>()

const DEFAULT_DOMAIN = 'docker.io'
const LEGACY_DOMAIN = 'index.docker.io'
const MAX_PATH_LENGTH = 255
/** Beyond the longest domain, path, tag and digest that the grammar allows. */
const MAX_LENGTH = 4096

const LABEL = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])'
const DOMAIN = `(?:${LABEL}(?:\\.${LABEL})*|\\[(?:[a-fA-F0-9:]+)\\])(?::[0-9]+)?`
const COMPONENT = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*'
const PATH = `${COMPONENT}(?:/${COMPONENT})*`
const REFERENCE = new RegExp(`^${DOMAIN}/(${PATH})(?::([\\w][\\w.-]{0,127}))?(?:@([A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*):([0-9a-fA-F]{32,}))?$`)
const IDENTIFIER = /^[a-f0-9]{64}$/
const DIGEST_LENGTHS: ReadonlyMap<string, number> = new Map([
  ['sha256', 64],
  ['sha384', 96],
  ['sha512', 128],
])

/** The tag that is given, or `latest` where neither tag nor digest is; '' for a digest alone; undefined for a text that is not a reference. */
function tagOf(image: string): string | undefined {
  if (image.length > MAX_LENGTH || IDENTIFIER.test(image)) return undefined
  const [, path = '', tag, algorithm, digest = ''] = REFERENCE.exec(withDomain(image)) ?? []
  if (path === '' || path.length > MAX_PATH_LENGTH) return undefined
  if (algorithm !== undefined && !(DIGEST_LENGTHS.get(algorithm) === digest.length && /^[a-f0-9]*$/.test(digest))) return undefined
  return tag ?? (algorithm === undefined ? 'latest' : '')
}

/** The reference with its domain, which is Docker's where the text before the first slash cannot be one. */
function withDomain(image: string): string {
  const slash = image.indexOf('/')
  const first = slash < 0 ? '' : image.slice(0, slash)
  const isDomain = slash >= 0 && (first === 'localhost' || /[.:]/.test(first) || first.toLowerCase() !== first)
  const domain = !isDomain || first === LEGACY_DOMAIN ? DEFAULT_DOMAIN : first
  const rest = isDomain ? image.slice(slash + 1) : image
  return domain === DEFAULT_DOMAIN && !rest.includes('/') ? `${domain}/library/${rest}` : `${domain}/${rest}`
}
