// Creates elements with text content: no text of a page's script is parsed as markup.

/** Content of an element: strings become text nodes; `undefined` and `false` are left out. */
export type Content = Node | string | undefined | false

/** `class`, `id`, `aria-…` and the like; an attribute that is `undefined` or `false` is not there. */
export type Attributes = Readonly<Record<string, string | boolean | undefined>>

/**
 * An element with attributes and content.
 * @example element('td', { class: 'name' }, 'web')
 */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...content: readonly (Content | readonly Content[])[]
): HTMLElementTagNameMap[Name] {
  const created = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) created.setAttribute(key, value === true ? '' : value)
  }
  for (const item of content.flat()) if (item !== undefined && item !== false) created.append(item)
  return created
}

/**
 * The element of the page that has the id.
 * @throws Error if there is none
 */
export function byId<Made extends HTMLElement>(id: string, type: new () => Made): Made {
  const found = document.getElementById(id)
  if (!(found instanceof type)) throw new Error(`the page has no ${id}`)
  return found
}

/** The data in the page. */
export function pageData<Data>(): Data {
  return JSON.parse(byId('data', HTMLScriptElement).text) as Data
}
