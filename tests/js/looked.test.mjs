import assert from "node:assert/strict";
import { test } from "node:test";
import { Looked } from "../../static/js/ui/looked.js";

test("what stands on the screen is told once", () => {
  const looked = new Looked();
  assert.equal(looked.at({ newest: 7, unseen: 2, visible: true }), 7);
  assert.equal(looked.at({ newest: 7, unseen: 2, visible: true }), 0);
  assert.equal(looked.at({ newest: 9, unseen: 1, visible: true }), 9);
});

test("nobody looks at a hidden tab, and nothing is new at a silent bell", () => {
  const looked = new Looked();
  assert.equal(looked.at({ newest: 7, unseen: 2, visible: false }), 0);
  assert.equal(looked.at({ newest: 7, unseen: 0, visible: true }), 0);
  assert.equal(looked.at({ newest: 0, unseen: 2, visible: true }), 0);
});

test("what did not arrive is told again", () => {
  const looked = new Looked();
  looked.at({ newest: 7, unseen: 2, visible: true });
  looked.forget();
  assert.equal(looked.at({ newest: 7, unseen: 2, visible: true }), 7);
});
