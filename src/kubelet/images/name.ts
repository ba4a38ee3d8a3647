const component = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*'
const domainPart = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])'
const domain = `(?:${domainPart}(?:\\.${domainPart})*|\\[[0-9a-fA-F:]+\\])(?::[0-9]+)?`
const reference = new RegExp(
  `^(?<name>(?:${domain}/)?${component}(?:/${component})*)(?::(?<tag>[\\w][\\w.-]{0,127}))?(?:@(?<digest>[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}))?$`,
)

/** An image's name, taken apart. */
export interface ImageName {
  /** As written, without tag and digest. */
  readonly name: string
  /** Registry and path in full: `docker.io/library/nginx`. */
  readonly repository: string
  readonly tag?: string
  readonly digest?: string
}

/** Reads an image name as registries spell it (`distribution/reference`). Throws what is wrong with it. */
export function parseImageName(text: string): ImageName {
  const fail = (why: string) => new Error(`couldn't parse image name ${JSON.stringify(text)}: ${why}`)
  // Names are short; a longer text would only cost time.
  if (text.length > 1024) throw fail('repository name must not be more than 255 characters')
  const { name, tag, digest } = reference.exec(text)?.groups ?? {}
  if (name === undefined) {
    const lower = reference.test(text.toLowerCase())
    throw fail(
      lower
        ? 'invalid reference format: repository name (library/'.concat(text, ') must be lowercase')
        : 'invalid reference format',
    )
  }
  return { name, repository: fullName(name), ...(tag ? { tag } : {}), ...(digest ? { digest } : {}) }
}

function fullName(name: string): string {
  const [first = '', ...rest] = name.split('/')
  const isDomain = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase())
  if (!isDomain) return `docker.io/${rest.length > 0 ? name : `library/${name}`}`
  return first === 'index.docker.io' ? ['docker.io', ...rest].join('/') : name
}

/** The name with the tag `latest` where it has neither tag nor digest. */
export function withDefaultTag(text: string): string {
  const { tag, digest } = parseImageName(text)
  return tag || digest ? text : `${text}:latest`
}
