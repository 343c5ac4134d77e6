import assert from "node:assert/strict";
import { test } from "node:test";
import { isMac } from "../../static/js/keys/platform.js";

test("only keyboards of Apple have a command key", () => {
  for (const name of ["MacIntel", "macOS", "iPhone", "iPad"]) assert.ok(isMac(name), name);
  for (const name of ["Win32", "Linux x86_64", "Windows", "Android", "", undefined, "Emacs"]) assert.ok(!isMac(name), name);
});
