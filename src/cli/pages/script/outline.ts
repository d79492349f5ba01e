// Finds the parents of a line of YAML: the keys and list elements around it, by their indentation.

interface Level {
  /** The column where the key or value begins, behind dashes. */
  readonly column: number
  /** The column of the dash; -1 without one. */
  readonly dash: number
}

/** The nesting of lines by index, for texts printed like pods: the dashes of a list are below the first letter of its key. */
export interface Outline {
  /** The lines that contain line `i`, the outermost first: keys, and the first line and the name of list elements. */
  readonly around: (i: number) => readonly number[]
  /** `spec.containers[web].image`; elements of lists have their name or, without one, their index. */
  readonly path: (i: number) => string
}

export function outlineOf(texts: readonly string[]): Outline {
  const levels = texts.map(levelOf)
  const level = (i: number): Level => levels[i] ?? { column: 0, dash: -1 }
  /** The line that names the list element that begins at `head`. */
  const nameOf = (head: number): number => {
    const { column, dash } = level(head)
    for (let i = head; i < texts.length && (i === head || level(i).column >= column); i++) {
      if (i > head && level(i).dash >= 0 && level(i).dash <= dash) break
      if (level(i).column === column && NAMED.test(texts[i] ?? '')) return i
    }
    return head
  }
  /** The number of elements before the one that begins at `head`, in the same list. */
  const indexOf = (head: number): number => {
    const { dash } = level(head)
    let index = 0
    for (let i = head - 1; i >= 0; i--) {
      const here = level(i)
      if (here.dash === dash) index++
      else if (here.column <= dash) break
    }
    return index
  }
  /** Walks outwards from line `i`, and calls a function with each key line and with the first line of each list element. */
  const walk = (i: number, visit: (line: number, isElement: boolean) => void): void => {
    const { column, dash } = level(i)
    // Within an element, its other fields begin in the same column as the first one.
    let limit = column
    let isInside = dash < 0
    if (dash >= 0) {
      visit(i, true)
      limit = dash + 1
    }
    for (let above = i - 1; above >= 0; above--) {
      const here = level(above)
      const isHead = isInside && here.column === limit && here.dash >= 0
      if (!isHead && here.column >= limit) continue
      if (!isHead) visit(above, false)
      if (here.dash >= 0) visit(above, true)
      limit = here.dash >= 0 ? here.dash + 1 : here.column
      isInside = here.dash < 0
    }
  }
  const around = (i: number): number[] => {
    const found = new Set<number>()
    walk(i, (line, isElement) => {
      found.add(line)
      if (isElement) found.add(nameOf(line))
    })
    return [...found].filter(line => line !== i).sort((a, b) => a - b)
  }
  const elementText = (head: number): string => {
    const text = texts[nameOf(head)] ?? ''
    return NAMED.test(text) ? text.replace(/^[-\s]*[^:]+: /, '') : String(indexOf(head))
  }
  const path = (i: number): string => {
    const own = keyOf(texts[i] ?? '')
    const steps = own === '' ? [] : [`.${own}`]
    walk(i, (line, isElement) => {
      steps.unshift(isElement ? `[${elementText(line)}]` : `.${keyOf(texts[line] ?? '')}`)
    })
    return steps.join('').replace(/^\./, '')
  }
  return { around, path }
}

const NAMED = /^[-\s]*(?:name|mountPath|containerPort|key): /

function keyOf(text: string): string {
  return /^[-\s]*([^\s:"'][^:]*|"[^"]*"):(?: |$)/.exec(text)?.[1] ?? ''
}

function levelOf(text: string): Level {
  const [, spaces = '', dashes = ''] = /^( *)((?:- )*)/.exec(text) ?? []
  return { column: spaces.length + dashes.length, dash: dashes === '' ? -1 : spaces.length + dashes.length - 2 }
}
