// Regular expressions as Kubernetes' CEL has them: RE2.

export function matches(text: string, pattern: string): boolean {
  return compile(pattern).test(text)
}

export function find(text: string, pattern: string): string {
  return compile(pattern).exec(text)?.[0] ?? ''
}

export function findAll(text: string, pattern: string, most: number): string[] {
  const all = [...text.matchAll(new RegExp(compile(pattern), 'gu'))].map(match => match[0])
  return most < 0 ? all : all.slice(0, most)
}

function compile(pattern: string): RegExp {
  return new RegExp(pattern, 'u')
}
