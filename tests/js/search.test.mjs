import assert from "node:assert/strict";
import test from "node:test";
import { next } from "../../static/js/ui/search.js";

test("arrow keys go round through the results and the box", () => {
  assert.deepEqual([-1, 0, 1, 2].map((at) => next(3, at, 1)), [0, 1, 2, -1]);
  assert.deepEqual([-1, 2, 1, 0].map((at) => next(3, at, -1)), [2, 1, 0, -1]);
});
