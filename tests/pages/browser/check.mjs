// The pages in a real browser. Usage: node check.mjs SITE CHROMIUM
// SITE is a folder with the pages and their media; prints {"check": null or what is wrong}.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const [site, executablePath] = process.argv.slice(2);
const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"];
const STORY = "story.html";
const QA = "story.qa.html";
const CMS = "cms.html";
const LIBRARY = "library.html";
const OF_STORY = "#captionkit-9f9f9f9f-";
// A frame is 17 ms; a busy machine draws some late.
const IN_STEP_MS = 100;
const LATEST_MS = 250;

const own = pathToFileURL(`${site}/`).href;

const browser = await chromium.launch({
  executablePath,
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--mute-audio", "--autoplay-policy=no-user-gesture-required"],
});

// A tab that is used again: a new one for each check costs more than the check.
async function newTab(contextOptions = {}) {
  const context = await browser.newContext(contextOptions);
  const page = await context.newPage();
  page.setDefaultTimeout(10000);
  page.on("pageerror", (error) => page.troubles.push(`error: ${error.message}`));
  page.on("dialog", (dialog) => (page.troubles.push(`dialog: ${dialog.message()}`), dialog.dismiss()));
  page.on("request", (request) => page.requested.push(request.url()));
  return async (name, { at = own, width = 1100, height = 700, ...media } = {}) => {
    page.troubles = [];
    page.requested = [];
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ media: "screen", colorScheme: "light", reducedMotion: "no-preference", ...media });
    await page.goto(at + name);
    return page;
  };
}

const ready = (page) => page.waitForFunction(() => !document.querySelector(".clip") || document.querySelector(".clip").readyState >= 2);
const time = (page) => page.evaluate(() => document.getElementById("clip").currentTime * 1000);
const untilPaused = (page) => page.waitForFunction(() => document.getElementById("clip").paused);

async function seek(page, ms) {
  await page.evaluate(
    (s) =>
      new Promise((done) => {
        const clip = document.getElementById("clip");
        clip.addEventListener("seeked", () => requestAnimationFrame(done), { once: true });
        clip.currentTime = s;
      }),
    ms / 1000,
  );
}

async function plays(page, fromMs) {
  await page.waitForFunction(() => !document.getElementById("clip").paused);
  const at = await time(page);
  assert.ok(at >= fromMs - 20 && at < fromMs + 1500, `plays at ${at} ms, not from ${fromMs}`);
}

async function axe(page) {
  const found = await page.evaluate((values) => window.axe.run(document, { runOnly: { type: "tag", values } }), AXE_TAGS);
  const told = found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html.slice(0, 120)).join(" | ")}`);
  assert.deepEqual(told, []);
  assert.ok(found.passes.length > 20, "axe looked at next to nothing");
}

const axeOn = (name, size = {}) => async (open) => {
  const page = await open(name, size);
  await ready(page);
  await SCENES[name]?.(page);
  await page.evaluate(axeSource);
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    await axe(page);
  }
};

const SCENES = {
  "story.html": async (page) => {
    await page.fill("#query", "bus");
    await seek(page, 4000);
  },
  "reviewed.html": async (page) => {
    await page.focus(".said .time");
    await page.keyboard.press("ArrowRight");
  },
};

const fits = (name) => async (open) => {
  const page = await open(name, { width: 320, height: 640 });
  const [content, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert.ok(content <= window, `${content} px wide in a window of ${window}`);
};

// Everything that Tab reaches, in order, with what is wrong about it.
async function tabThrough(page) {
  const seen = [];
  for (let i = 0; i < 200; i += 1) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate(() => {
      const element = document.activeElement;
      if (element === document.body) return null;
      if (element.id === "clip") return { name: "clip", wrong: "" };
      const [box] = element.getClientRects();
      const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
      const style = getComputedStyle(element);
      const wrong = [];
      if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2) wrong.push("no focus ring");
      if (!element.contains(top)) wrong.push("covered or out of sight");
      return { name: element.id || element.className || element.textContent.trim(), wrong: wrong.join(", ") };
    });
    if (!stop) return seen;
    if (seen.at(-1)?.name !== "clip" || stop.name !== "clip") seen.push(stop);
  }
  throw new Error("a keyboard trap: 200 presses of Tab and no end");
}

const keyboardPath = (name, expected) => async (open) => {
  const page = await open(name, { reducedMotion: "reduce" });
  await ready(page);
  const stops = await tabThrough(page);
  assert.deepEqual(stops.filter((stop) => stop.wrong), []);
  const names = stops.map((stop) => stop.name);
  let at = -1;
  for (const wanted of expected) {
    const next = names.findIndex((found, i) => i > at && found === wanted);
    assert.ok(next > at, `${wanted} is not reached after ${names[at]}: ${names.join(", ")}`);
    at = next;
  }
  const controls = await page.evaluate(() => document.querySelectorAll("button:enabled, input, a[href]").length);
  assert.ok(stops.length >= controls - 1, `${stops.length} stops for ${controls} controls`);
};

const nothingInjected = (name) => async (open) => {
  const page = await open(name);
  await ready(page);
  await page.waitForTimeout(200);
  assert.deepEqual(page.troubles, []);
  const strange = await page.evaluate(() => {
    const handlers = [...document.querySelectorAll("*")].filter((e) => [...e.attributes].some((a) => a.name.startsWith("on")));
    const links = [...document.querySelectorAll("[href], [src]")].map((e) => e.getAttribute("href") ?? e.getAttribute("src"));
    const scheme = links.filter((link) => /^\s*[a-z][a-z0-9+.-]*:/i.test(link) && !link.startsWith("data:text/vtt;base64,"));
    const elements = [...document.querySelectorAll("img, svg, iframe, object, embed, base, link, b")];
    const scripts = [...document.scripts].map((script) => script.type).filter((t) => !["module", "application/ld+json"].includes(t));
    return [...[...handlers, ...elements].map((e) => e.outerHTML.slice(0, 100)), ...scheme, ...scripts];
  });
  assert.deepEqual(strange, []);
  assert.deepEqual(page.requested.filter((url) => !url.startsWith(own) && !url.startsWith("data:text/vtt")), []);
  await page.evaluate(() => document.querySelectorAll("button:enabled, [data-at]").forEach((element) => element.click()));
  await page.waitForTimeout(200);
  assert.deepEqual(page.troubles, []);
};

// A server with ranges, as a newsroom's own; it is the only host the pages may ask.
function serve() {
  const types = { html: "text/html", mp4: "video/mp4", m4a: "audio/mp4" };
  const server = createServer((request, response) => {
    const name = decodeURIComponent(new URL(request.url, "http://x").pathname.slice(1));
    try {
      const body = readFileSync(`${site}/${name}`);
      const [, from, to] = /bytes=(\d+)-(\d*)/.exec(request.headers.range ?? "") ?? [];
      const headers = { "Content-Type": types[name.split(".").pop()], "Accept-Ranges": "bytes" };
      if (from === undefined) return response.writeHead(200, headers).end(body);
      const last = to ? Number(to) : body.length - 1;
      headers["Content-Range"] = `bytes ${from}-${last}/${body.length}`;
      return response.writeHead(206, headers).end(body.subarray(Number(from), last + 1));
    } catch {
      return response.writeHead(404).end();
    }
  });
  return new Promise((done) => server.listen(0, "127.0.0.1", () => done(server)));
}

const checks = {
  "axe: transcript, light and dark": axeOn(STORY),
  "axe: report, light and dark": axeOn(QA),
  "axe: report with a policy, light and dark": axeOn("held.qa.html"),
  "axe: report with a policy at 320 px": axeOn("held.qa.html", { width: 320, height: 640 }),
  "axe: sound only": axeOn("bare.html"),
  "axe: report without an article": axeOn("bare.qa.html"),

  "axe: transcript at 320 px": axeOn(STORY, { width: 320, height: 640 }),
  "axe: reviewed transcript, a word with the focus": axeOn("reviewed.html"),
  "axe: part in another page": axeOn(CMS),
  "axe: part in another page at 320 px": axeOn(CMS, { width: 320, height: 640 }),

  "captions show from disk": async (open) => {
    const page = await open(STORY);
    await ready(page);
    await seek(page, 4000);
    const [mode, shown] = await page.evaluate(() => {
      const [track] = document.getElementById("clip").textTracks;
      return [track.mode, [...track.activeCues].map((cue) => cue.text)];
    });
    assert.equal(mode, "showing");
    assert.deepEqual(shown, ["The last night bus in Ellerby left"]);
  },

  "captions show without JavaScript": async (_, openPlain) => {
    const page = await openPlain(STORY);
    await page.waitForTimeout(300);
    const track = await page.evaluate(() => {
      const [{ mode, cues }] = document.getElementById("clip").textTracks;
      return [mode, cues.length > 5];
    });
    assert.deepEqual(track, ["showing", true]);
  },

  "the phrase that is said is marked": async (open) => {
    const page = await open(STORY);
    await ready(page);
    for (const [ms, text] of [[4000, "The last night bus"], [9500, "They called it"], [16000, "We will not cut"], [48500, "Give us until spring,"]]) {
      await seek(page, ms);
      const marked = await page.locator("[aria-current]").allTextContents();
      assert.equal(marked.length, 1);
      assert.ok(marked[0].startsWith(text), `${marked[0]} is marked at ${ms} ms`);
    }
    await seek(page, 22600);
    assert.equal(await page.locator("[aria-current]").count(), 0, "a phrase is marked while nobody speaks");
  },

  "the mark keeps step while it plays": async (open) => {
    const page = await open(STORY);
    await ready(page);
    await seek(page, 15300);
    const late = await page.evaluate(
      () =>
        new Promise((done) => {
          const clip = document.getElementById("clip");
          const changes = [];
          new MutationObserver(() => {
            const marked = document.querySelector("[aria-current]");
            if (marked) changes.push(clip.currentTime * 1000 - Number(marked.dataset.start));
            if (changes.length === 3) done(changes.sort((a, b) => a - b));
          }).observe(document.getElementById("transcript"), { subtree: true, attributeFilter: ["aria-current"] });
          clip.play();
        }),
    );
    for (const ms of late) assert.ok(ms >= 0 && ms < LATEST_MS, `marked ${ms} ms after the phrase began`);
    assert.ok(late[1] < IN_STEP_MS, `mostly marked ${late[1]} ms after the phrase began`);
  },

  "the mark is not read out": async (open) => {
    const page = await open(STORY);
    const live = await page.evaluate(() => document.querySelectorAll("#transcript [aria-live], #transcript [role=status], #transcript[aria-live]").length);
    assert.equal(live, 0);
  },

  "times are buttons that play from there": async (open) => {
    const page = await open(STORY);
    await ready(page);
    const button = page.getByRole("button", { name: "Play from 0:31" });
    await button.focus();
    await page.keyboard.press("Enter");
    await plays(page, 31000);
    await page.getByRole("button", { name: "Play from 0:48" }).focus();
    await page.keyboard.press("Space");
    await plays(page, 48000);
  },

  "the arrow keys walk through the words": async (open) => {
    const page = await open(STORY);
    await ready(page);
    const focused = () => page.evaluate(() => [document.activeElement.textContent, document.activeElement.getAttribute("role")]);
    await page.getByRole("button", { name: "Play from 0:31" }).focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    assert.deepEqual(await focused(), ["drove", "button"]);
    assert.equal(await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle), "solid");
    await page.keyboard.press("Enter");
    await plays(page, 31320);
    for (let i = 0; i < 3; i += 1) await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowLeft");
    assert.deepEqual(await focused(), ["for", "button"]);
    await page.keyboard.press("Space");
    await plays(page, 31960);
    assert.equal(await page.locator("[data-at][role], [data-at][tabindex]").count(), 1, "words left behind are tab stops");
    await page.keyboard.press("Escape");
    assert.match((await focused())[0], /0:31/);
    assert.equal(await page.locator("[data-at][role], [data-at][tabindex]").count(), 0);
    await page.keyboard.press("ArrowLeft");
    assert.match((await focused())[0], /0:31/);
  },

  "a time brings its speaker into sight": async (open) => {
    const page = await open(STORY, { width: 390, height: 700, reducedMotion: "reduce" });
    await ready(page);
    const button = page.getByRole("button", { name: "Play from 0:43" });
    await page.getByRole("button", { name: "Play from 0:15" }).click();
    await plays(page, 15500);
    await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
    await button.focus();
    await page.keyboard.press("Enter");
    await plays(page, 43500);
    const [name, stage] = await button.evaluate((b) => {
      const words = b.closest(".said").querySelector("p").getBoundingClientRect();
      return [words.top, document.getElementById("stage").getBoundingClientRect().bottom];
    });
    assert.ok(name >= stage, `the words begin at ${name} px, under the clip that ends at ${stage}`);
  },

  "the part plays in another page": async (open) => {
    const page = await open(CMS);
    await ready(page);
    await page.locator(`${OF_STORY}transcript .time`).nth(1).click();
    await page.waitForFunction((id) => document.querySelector(id).textTracks[0].activeCues.length === 1, `${OF_STORY}clip`);
    await page.waitForFunction((id) => document.querySelectorAll(`${id} [aria-current]`).length === 1, `${OF_STORY}transcript`);
    await page.locator(`${OF_STORY}query`).fill("ghost bus");
    assert.equal(await page.textContent(`${OF_STORY}count`), "2 matches");
    await page.locator(`${OF_STORY}transcript .ref`).first().focus();
    await page.keyboard.press("Enter");
    assert.match(page.url(), /quoted-\d$/);
    const idle = await page.evaluate(() => [document.querySelector("audio").paused, document.querySelectorAll(".captionkit").length]);
    assert.deepEqual(idle, [true, 2], "two clips in one page are mixed up");
    await page.locator(".captionkit:last-of-type .time").click();
    await page.waitForFunction(() => !document.querySelector("audio").paused);
    assert.deepEqual(page.troubles, []);
  },

  "the part leaves the other page alone": async (open) => {
    const look = (page) =>
      page.evaluate(() =>
        ["body", "main > h1", "main > h2", "main > p", "main > p > button"].map((selector) => {
          const style = getComputedStyle(document.querySelector(selector));
          return [style.color, style.backgroundColor, style.fontFamily, style.fontSize, style.margin, style.padding, style.border].join();
        }),
      );
    const page = await open(CMS);
    await ready(page);
    const withPart = await look(page);
    await page.evaluate(() => document.querySelectorAll(".captionkit").forEach((part) => part.remove()));
    assert.deepEqual(withPart, await look(page));
    const ids = await page.goto(own + CMS).then(() => page.evaluate(() => [...document.querySelectorAll("[id]")].map((e) => e.id)));
    assert.equal(new Set(ids).size, ids.length, "two elements have one id");
    assert.deepEqual(ids.filter((id) => !id.startsWith("captionkit-")), ["query"]);
  },

  "a click on a word plays it": async (open) => {
    const page = await open(STORY);
    await ready(page);
    await page.getByText("nineteen", { exact: true }).click();
    await plays(page, 31000 + 4 * 320);
  },

  "search counts, steps and plays by keyboard": async (open) => {
    const page = await open(STORY);
    await ready(page);
    const count = () => page.textContent("#count");
    await page.focus("#query");
    await page.keyboard.type("ghost BUS");
    assert.equal(await count(), "2 matches");
    await page.keyboard.press("Enter");
    assert.equal(await count(), "1 of 2");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Enter");
    assert.equal(await count(), "1 of 2");
    await page.keyboard.press("Shift+Enter");
    assert.equal(await count(), "2 of 2");
    assert.equal(await page.locator(".chosen").count(), 2);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.id), "hear");
    await page.keyboard.press("Enter");
    await plays(page, 43500 + 4 * 320);
    await page.fill("#query", "zeppelin");
    assert.equal(await count(), "No match");
    await page.fill("#query", "");
    assert.equal(await count(), "");
    assert.equal(await page.locator(".hit").count(), 0);
  },

  "follow scrolls along and gives way": async (open) => {
    const page = await open(STORY, { width: 390 });
    await ready(page);
    const follow = page.getByRole("button", { name: "Follow along" });
    const pressed = () => follow.getAttribute("aria-pressed");
    assert.equal(await pressed(), "true");
    await seek(page, 47000);
    const before = await page.evaluate(() => scrollY);
    await page.evaluate(() => document.getElementById("clip").play());
    await page.waitForFunction((y) => scrollY > y + 100, before);
    await page.mouse.move(200, 600);
    await page.mouse.wheel(0, -50);
    await page.waitForFunction(() => document.getElementById("follow").getAttribute("aria-pressed") === "false");
  },

  "follow respects reduced motion": async (open) => {
    const page = await open(STORY, { reducedMotion: "reduce", width: 390 });
    await ready(page);
    const follow = page.getByRole("button", { name: "Follow along" });
    assert.equal(await follow.getAttribute("aria-pressed"), "false");
    await follow.click();
    await page.evaluate(() => {
      window.ways = [];
      const real = Element.prototype.scrollIntoView;
      Element.prototype.scrollIntoView = function (how) {
        window.ways.push(how.behavior ?? "auto");
        real.call(this, how);
      };
    });
    await seek(page, 47800);
    await page.evaluate(() => document.getElementById("clip").play());
    await page.waitForFunction(() => window.ways.length > 0);
    assert.deepEqual([...new Set(await page.evaluate(() => window.ways))], ["auto"]);
  },

  "keyboard path of the transcript": keyboardPath(STORY, ["skip", "clip", "query", "follow", "time", "said-1", "in the transcript at 0:15", "Captions, WebVTT"]),

  "keyboard path of the report": keyboardPath(QA, ["skip", "clip", "Caption checks", "altered", "play", "Captions, WebVTT"]),

  "a stretch plays and stops at its end": async (open) => {
    const page = await open(QA);
    await ready(page);
    const button = page.locator("#quote-7 button").first();
    const [from, to] = await button.evaluate((b) => [Number(b.dataset.from), Number(b.dataset.to)]);
    await button.focus();
    await page.keyboard.press("Enter");
    await plays(page, from);
    assert.match(await button.innerText(), /Stop/);
    await untilPaused(page);
    const end = await time(page);
    assert.ok(end >= to && end < to + LATEST_MS, `stopped at ${end} ms, the stretch ends at ${to}`);
    assert.match(await button.innerText(), /Play/);
    assert.ok(await button.evaluate((b) => b === document.activeElement), "the focus is lost");
  },

  "the same button stops": async (open) => {
    const page = await open(QA);
    await ready(page);
    const button = page.locator("#quote-8 button").first();
    await button.click();
    await plays(page, 48000);
    await button.click();
    await untilPaused(page);
    assert.ok((await time(page)) < 51000, "it played on to its end");
    await page.waitForFunction(() => !document.querySelector("[data-playing]"));
  },

  "moving the clip by hand lets it play on": async (open) => {
    const page = await open(QA);
    await ready(page);
    await page.locator("#quote-8 button").first().click();
    await plays(page, 48000);
    await seek(page, 20000);
    await page.waitForFunction(() => document.getElementById("clip").currentTime > 20.2);
    assert.equal(await page.locator("[data-playing]").count(), 0);
  },

  "filter by verdict": async (open) => {
    const page = await open(QA);
    const shown = () => page.locator("article:visible").evaluateAll((all) => all.map((a) => a.dataset.verdict));
    const altered = page.getByRole("button", { name: "2 Altered" });
    await altered.focus();
    await page.keyboard.press("Space");
    assert.deepEqual(await shown(), ["altered", "altered"]);
    assert.equal(await altered.getAttribute("aria-pressed"), "true");
    assert.equal(await page.locator("[data-show][aria-pressed=true]").count(), 1);
    assert.equal(await page.textContent("#shown"), "Showing 2 of 8 quotes.");
    await page.getByRole("button", { name: "8 All quotes" }).click();
    assert.equal((await shown()).length, 8);
  },

  "reads without JavaScript": async (_, openPlain) => {
    const page = await openPlain(STORY);
    const text = await page.innerText("main");
    for (const said of ["The last night bus in Ellerby", "[Applause]", "Tadeusz Wren", "not yet reviewed", "0:31"]) assert.ok(text.includes(said), said);
    assert.equal(await page.locator("button:enabled:visible").count(), 0, "a button that does nothing");
    assert.equal(await page.locator("input:visible").count(), 0);
  },

  "the report reads without JavaScript": async (_, openPlain) => {
    const page = await openPlain(QA);
    assert.equal(await page.locator("article:visible").count(), 8);
    const text = await page.innerText("main");
    for (const said of ["Not found in this clip", "Negation lost", "0:15 to 0:17", "heard as “Oconquo-Rays”"]) assert.ok(text.includes(said), said);
    assert.equal(await page.locator("button:enabled:visible").count(), 0, "a button that does nothing");
  },

  "prints what is read, not what is played": async (open) => {
    for (const name of [STORY, QA]) {
      const page = await open(name, { colorScheme: "dark", media: "print" });
      assert.equal(await page.locator("#clip").isVisible(), false);
      const text = await page.innerText("main");
      for (const said of ["Tadeusz Wren", "0:31"]) assert.ok(text.includes(said), said);
      const paper = await page.evaluate(() => [getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]);
      assert.deepEqual(paper, ["rgb(255, 255, 255)", "rgb(0, 0, 0)"]);
    }
  },

  "320 px: transcript": fits(STORY),
  "320 px: report": fits(QA),
  "320 px: report with a policy": fits("held.qa.html"),
  "320 px: part in another page": fits(CMS),
  "320 px: hostile transcript": fits("hostile.html"),
  "320 px: hostile report": fits("hostile.qa.html"),

  "nothing is injected into the transcript": nothingInjected("hostile.html"),
  "nothing is injected into the part": nothingInjected("hostile.cms.html"),
  "nothing is injected into the report": nothingInjected("hostile.qa.html"),

  "no other host is asked": async (open) => {
    const server = await serve();
    const at = `http://127.0.0.1:${server.address().port}/`;
    try {
      for (const name of [STORY, QA]) {
        const page = await open(name, { at });
        await ready(page);
        await seek(page, 4000);
        assert.equal(await page.evaluate(() => document.getElementById("clip").textTracks[0].activeCues.length), 1);
        assert.deepEqual(page.requested.filter((url) => !url.startsWith(at) && !url.startsWith("data:text/vtt")), []);
      }
    } finally {
      server.closeAllConnections();
      server.close();
    }
  },

  "the policy stops what should get past the escaping": async (open) => {
    const page = await open(STORY);
    const stopped = await page.evaluate(
      () =>
        new Promise((done) => {
          const found = [];
          document.addEventListener("securitypolicyviolation", (event) => found.push(event.effectiveDirective));
          const box = document.createElement("div");
          box.innerHTML = '<img src="http://127.0.0.1:9/x"><p onclick="window.hit = 1" style="color: red"></p>';
          document.body.append(box);
          box.querySelector("p").click();
          setTimeout(() => done([...new Set(found)].sort().concat(String(window.hit))), 200);
        }),
    );
    assert.deepEqual(stopped, ["img-src", "script-src-attr", "style-src-attr", "undefined"]);
  },

  "a clip that is not there is told": async (open) => {
    const page = await open("lost.html");
    await page.waitForSelector("#trouble:visible");
    assert.match(await page.innerText("#trouble"), /gone%20clip\.mp4/);
  },

  "a time in the address is gone to": async (open) => {
    for (const [hash, ms, time_, said] of [["#t=31.5", 31500, "0:31", "I drove it"], ["#t=9", 9000, "0:09", "They called it"]]) {
      const page = await open(`${STORY}${hash}`, { reducedMotion: "reduce" });
      await ready(page);
      await page.waitForFunction((s) => Math.abs(document.getElementById("clip").currentTime - s) < 0.05, ms / 1000);
      assert.equal(await untilPaused(page).then(() => true), true);
      await page.waitForSelector("[aria-current]");
      assert.ok((await page.textContent("[aria-current]")).startsWith(said));
      assert.match(await page.evaluate(() => document.activeElement.textContent), new RegExp(time_));
      const box = await page.locator("[aria-current]").boundingBox();
      assert.ok(box.y > 0 && box.y < 700, `the phrase is at ${box.y} px, out of sight`);
    }
    const page = await open(STORY);
    await ready(page);
    await page.evaluate(() => (location.hash = "#t=48"));
    await page.waitForFunction(() => document.getElementById("clip").currentTime === 48);
    for (const hash of ["#t=999999999", "#t=x", "#t=-1", "#t=1e9", "#t=%3Cscript%3E"]) await open(STORY + hash);
    assert.deepEqual(page.troubles, []);
  },

  "axe: library, light and dark": axeOn(LIBRARY),
  "axe: library at 320 px": axeOn(LIBRARY, { width: 320, height: 640 }),
  "axe: empty library": axeOn("empty.library.html"),
  "keyboard path of the library": keyboardPath(LIBRARY, ["skip", "query", "sort", "sort", "sort", "sort", "sort", "Ellerby’s last night bus makes way for a vote"]),

  "the library sorts by keyboard": async (open) => {
    const page = await open(LIBRARY);
    const titles = () => page.locator("tbody tr td:first-child .strong").allTextContents();
    const by = async (name) => {
      await page.getByRole("button", { name, exact: true }).focus();
      await page.keyboard.press("Enter");
      return [(await titles()).map((title) => title.slice(0, 4)), await page.getByRole("columnheader", { name }).getAttribute("aria-sort")];
    };
    assert.deepEqual(await by("Clip"), [["A mo", "Café", "Elle", "late", "now", "sile"], "ascending"]);
    assert.deepEqual(await by("Clip"), [["sile", "now", "late", "Elle", "Café", "A mo"], "descending"]);
    const [worst, way] = await by("Quotes");
    assert.deepEqual([worst.slice(0, 2), way], [["Elle", "A mo"], "descending"]);
    assert.equal((await by("State"))[0][0], "sile");
    assert.equal((await by("Checks"))[0][0], "Elle");
    assert.deepEqual((await by("Length"))[0].slice(3), ["Café", "Elle", "A mo"]);
    assert.equal(await page.locator("[aria-sort]").count(), 1);
    assert.ok(await page.evaluate(() => document.activeElement.textContent === "Length"), "the focus is lost");
  },

  "the library is searched": async (open) => {
    const page = await open(LIBRARY);
    const shown = () => page.locator("tbody tr:visible td:first-child .file").allTextContents();
    await page.focus("#query");
    await page.keyboard.type("CAFE desk");
    assert.deepEqual(await shown(), ["desk 2/café.mp4"]);
    assert.equal(await page.textContent("#count"), "Showing 1 of 6 clips.");
    await page.keyboard.press("Enter");
    for (const [text, files] of [["altered", ["night-bus.mp4"]], ["failed", ["silent.mov"]], ["no sound", ["silent.mov"]], ["zeppelin", []]]) {
      await page.fill("#query", text);
      assert.deepEqual(await shown(), files);
    }
    await page.fill("#query", "");
    assert.equal((await shown()).length, 6);
    assert.equal(await page.textContent("#count"), "");
  },

  "the library reads without JavaScript": async (_, openPlain) => {
    const page = await openPlain(LIBRARY);
    const text = await page.innerText("main");
    for (const said of ["Ellerby’s last night bus", "there is no sound in it", "≠ Altered", "1 error, 1 warning", "0:55", "Being written"]) assert.ok(text.includes(said), said);
    assert.equal(await page.locator("button:enabled:visible, input:visible").count(), 0, "a control that does nothing");
    await page.getByRole("link", { name: "Ellerby’s last night bus", exact: false }).first().click();
    await page.waitForURL(own + STORY);
  },

  "the library prints": async (open) => {
    const page = await open(LIBRARY, { colorScheme: "dark", media: "print" });
    assert.equal(await page.locator("#tools, td:last-child a").filter({ visible: true }).count(), 0);
    const text = await page.innerText("main");
    for (const said of ["there is no sound in it", "Altered", "10:00"]) assert.ok(text.includes(said), said);
    const paper = await page.evaluate(() => [getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]);
    assert.deepEqual(paper, ["rgb(255, 255, 255)", "rgb(0, 0, 0)"]);
  },

  "320 px: library": fits(LIBRARY),
  "the cells of a library have the width of a phone": async (open) => {
    const page = await open(LIBRARY, { width: 320, height: 640 });
    const narrowest = await page.evaluate(() => Math.min(...[...document.querySelectorAll("tbody td")].map((cell) => cell.offsetWidth)));
    assert.ok(narrowest > 200, `a cell is ${narrowest} px wide`);
  },
  "320 px: hostile library": fits("hostile.library.html"),
  "nothing is injected into the library": nothingInjected("hostile.library.html"),

  "the library asks no other host": async (open) => {
    const page = await open(LIBRARY);
    await page.fill("#query", "bus");
    assert.deepEqual(page.requested, [own + LIBRARY]);
  },

  "sound alone plays": async (open) => {
    const page = await open("bare.html");
    await ready(page);
    assert.equal(await page.locator("audio#clip").count(), 1);
    await page.getByRole("button", { name: "Play from 0:00" }).click();
    await plays(page, 500);
  },
};

// Most of a check is waiting for the clip, so two run side by side.
const results = {};
const waiting = Object.entries(checks);
async function work() {
  const [open, openPlain] = [await newTab(), await newTab({ javaScriptEnabled: false })];
  while (waiting.length) {
    const [name, check] = waiting.shift();
    results[name] = await check(open, openPlain).then(() => null, (error) => error.message);
  }
}
await Promise.all([work(), work()]);
await browser.close();
console.log(JSON.stringify(results));
