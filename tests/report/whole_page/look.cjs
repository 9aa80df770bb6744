// Opens pages in Chromium and prints, as JSON, what each did: requests, console messages, overflow, axe-core's findings.
// node look.cjs CHROMIUM PAGE...; each page is printed to PAGE.pdf too.
const { chromium } = require("playwright-core");
const axe = require("axe-core");

// Every figure is audited: tables are opened. An audit takes seconds, so it is wide in light and narrow in dark.

async function look(browser, page, width, colorScheme) {
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
  const tab = await context.newPage();
  const seen = { page, width, colorScheme, requests: [], messages: [] };
  tab.on("request", (request) => seen.requests.push(request.url()));
  tab.on("console", (message) => seen.messages.push(message.text()));
  tab.on("pageerror", (error) => seen.messages.push(String(error)));
  await tab.goto(`file://${page}`);
  seen.overflow = await tab.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  seen.background = await tab.evaluate(() => getComputedStyle(document.body).backgroundColor);
  if (colorScheme === "light" && width > 1000) await tab.pdf({ path: `${page}.pdf`, preferCSSPageSize: true });
  await context.close();
  return seen;
}

async function audit(browser, page, width, colorScheme) {
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme, bypassCSP: true });
  const tab = await context.newPage();
  await tab.goto(`file://${page}`);
  await tab.evaluate(() => document.querySelectorAll("details").forEach((part) => (part.open = true)));
  await tab.evaluate(axe.source);
  const { violations } = await tab.evaluate(() => axe.run());
  await context.close();
  return violations.map((fault) => `${fault.id}: ${fault.nodes[0].html.slice(0, 200)}`);
}

(async () => {
  const [executablePath, ...pages] = process.argv.slice(2);
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
  const found = [];
  for (const page of pages)
    for (const width of [390, 1100])
      for (const colorScheme of ["light", "dark"])
        found.push({
          ...(await look(browser, page, width, colorScheme)),
          violations: width > 1000 === (colorScheme === "light") ? await audit(browser, page, width, colorScheme) : [],
        });
  await browser.close();
  console.log(JSON.stringify(found));
})();
