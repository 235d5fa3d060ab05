// What Chromium's own parser makes of caption files. Usage: node track.mjs SITE PACKAGES CHROMIUM
// SITE is a folder with .vtt files, PACKAGES one with playwright-core; prints {"name": [cue, …]}, each cue with its
// times in ms, its text as it is shown and the names of its voices.

import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";

const [site, packages, executablePath] = process.argv.slice(2);
const { chromium } = createRequire(`${packages}/`)("playwright-core");
const names = readdirSync(site).filter((name) => name.endsWith(".vtt"));

const server = createServer((request, response) => {
  const name = names.find((one) => request.url === `/${one}`);
  response.setHeader("Content-Type", name ? "text/vtt; charset=utf-8" : "text/html; charset=utf-8");
  response.end(name ? readFileSync(`${site}/${name}`) : "<!doctype html><title>x</title>");
}).listen(0, "127.0.0.1");

const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
const page = await browser.newPage();
await page.goto(`http://127.0.0.1:${server.address().port}/`);

const read = (name) =>
  new Promise((done, failed) => {
    const video = document.body.appendChild(document.createElement("video"));
    const track = video.appendChild(document.createElement("track"));
    track.addEventListener("error", () => failed(new Error(`${name} is refused`)));
    track.addEventListener("load", () =>
      done(
        [...track.track.cues].map((cue) => {
          const shown = cue.getCueAsHTML();
          return {
            start_ms: Math.round(cue.startTime * 1000),
            end_ms: Math.round(cue.endTime * 1000),
            text: shown.textContent,
            voices: [...shown.querySelectorAll("span[title]")].map((span) => span.title),
          };
        }),
      ),
    );
    track.src = name;
    track.track.mode = "hidden";
  });

const found = {};
for (const name of names) found[name] = await page.evaluate(read, name);
console.log(JSON.stringify(found));
await browser.close();
server.close();
