// A visit to the demo shop: home, a product, the cart, the checkout, with all that Pulse records on the way.
import { middle, mouseOn } from './mouse.mjs'
import { waitUntil } from './wait.mjs'

export const RAGE = { button: 'pay-nova', clicks: 5 }

// `word` is what is typed. Returns the mouse, the session's id, and the addresses that were seen, in order.
export async function shop(page, url, word) {
  const mouse = mouseOn(page)
  const sessions = []
  const arrive = async (address) => {
    await page.waitForURL(address)
    sessions.push(await (await page.waitForFunction(() => window.pulse?.sessionId())).jsonValue())
  }
  const click = async (selector) => mouse.click(await middle(page, selector))
  const scrollTo = async (y) => {
    const from = await page.evaluate(() => scrollY)
    await page.mouse.wheel(0, y - from)
    await waitUntil(`the page is scrolled to ${y}`, async () => (await page.evaluate(() => Math.round(scrollY))) === y)
  }
  const seen = [`${url}/`, `${url}/?category=radios`, `${url}/product/dawn-radio`, `${url}/cart`, `${url}/checkout`]

  await page.goto(seen[0])
  await arrive(seen[0])
  await mouse.glide([260, 180], [1180, 220], 900)
  await mouse.glide([1180, 220], [1100, 780], 700)
  await click('#title')
  await scrollTo(900)
  await scrollTo(0)
  await click('#categories [data-category=radios]')
  await page.waitForURL(seen[1])
  await click('#tiles [href="/product/dawn-radio"]')
  await arrive(seen[2])
  await mouse.glide([400, 700], [640, 420], 500)
  await click('#add')
  await click('header a[href="/cart"]')
  await arrive(seen[3])
  await click('a[href="/checkout"]')
  await arrive(seen[4])
  await click('input[name=name]')
  await page.keyboard.type(word, { delay: 15 })
  await click('input[name=email]')
  await page.keyboard.type(`${word}@mail.test`, { delay: 15 })
  await mouse.click(await middle(page, `#${RAGE.button}`), RAGE.clicks)
  return { mouse, sessions, seen, presses: { text: word.length, email: word.length + '@mail.test'.length } }
}
