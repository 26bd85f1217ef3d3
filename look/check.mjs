// What is wrong with a file: style sheets by stylelint, the styles in pages and code too, and a few words anywhere.
import stylelint from 'stylelint'
import config from './stylelint.config.mjs'

async function checkCss(code) {
  const { results } = await stylelint.lint({ code, config, ignoreDisables: true })
  return results.flatMap(({ warnings }) => warnings.map(({ line, text }) => `${line}: ${text}`))
}

// `<style>` elements and `style` attributes, also with the escaped quotes of a Rust string. What a template fills in is a zero.
const STYLES = /<style[^>]*>(?<sheet>.*?)<\/style|\sstyle\s*=\s*(?<quote>\\?["'])(?<inline>.*?)\k<quote>/gs

const WORDS = [
  // CSS's `linear-gradient(`, a canvas's `createLinearGradient` and `create_linear_gradient`, SVG's `<linearGradient>`.
  [/gradient\s*\(|(linear|radial|conic)_?gradient/i, 'there are no gradients; use a flat colour'],
  // Styles that code sets are styles that no rule sees.
  [/boxshadow|style\.(transition|animation)|\.animate\(/i, 'such a style belongs in a style sheet'],
]
const ELSEWHERE = /\ssrc\s*=\s*["'](https?:)?\/\/(?!localhost|127\.0\.0\.1|\[::1\]|\{)/

export async function check({ kind, text }) {
  if (kind === '.css') return checkCss(text)
  const found = text.split('\n').flatMap((line, i) => WORDS.filter(([word]) => word.test(line)).map(([, what]) => `${i + 1}: ${what}`))
  for (const { index, groups } of text.matchAll(STYLES)) {
    const css = (groups.sheet ?? `a{${groups.inline}}`).replaceAll(/\{\{.*?\}\}/g, '0')
    const line = text.slice(0, index).split('\n').length
    found.push(...(await checkCss(css)).map((problem) => `style at ${line}, ${problem}`))
  }
  if (ELSEWHERE.test(text) && (kind === '.html' || kind === '.svg')) found.push('a source on another host')
  return found
}
