import assert from "node:assert/strict";
import { test } from "node:test";
import { Fresh, newest } from "../../static/js/live/fresh.js";
import { compare, misplaced } from "../../static/js/live/order.js";
import { Pending, pendingText } from "../../static/js/live/pending.js";
import { orderIn } from "../../static/js/live/list.js";

const part = (id, pos, swap = "row") => ({ id, pos, swap });

test("older than the screen is dropped, equal and newer replace", () => {
  const fresh = new Fresh();
  assert.equal(fresh.accepts(part("a", 4), 5), false);
  assert.equal(fresh.accepts(part("a", 5), 5), true);
  assert.equal(fresh.accepts(part("a", 6), 5), true);
  assert.equal(fresh.accepts(part("a", 1), null), true);
});

test("a late row does not bring back what was deleted", () => {
  const fresh = new Fresh();
  fresh.note(part("a", 9, "delete"));
  assert.equal(fresh.accepts(part("a", 8), null), false);
  assert.equal(fresh.accepts(part("b", 8), null), true);
  assert.equal(fresh.accepts(part("a", 10), null), true);
  fresh.note(part("a", 10));
  assert.equal(fresh.accepts(part("a", 8), 10), false);
});

test("a row that was trimmed away does not come back as it was before", () => {
  const fresh = new Fresh();
  fresh.note(part("a", 12));
  assert.equal(fresh.accepts(part("a", 11), null), false);
  assert.equal(fresh.accepts(part("a", 12), null), true);
  fresh.forget();
  assert.equal(fresh.accepts(part("a", 1), null), true);
});

test("of two pictures of one element the newest is painted", () => {
  assert.deepEqual(newest([part("a", 2), part("b", 1), part("a", 3)]).map((p) => [p.id, p.pos]), [["b", 1], ["a", 3]]);
  assert.deepEqual(newest([part("a", 3), part("a", 2)]).map((p) => p.pos), [3]);
  assert.deepEqual(newest([part("a", 3), part("a", 3, "delete")]).map((p) => p.swap), ["delete"]);
});

test("order is plain text order, up or down", () => {
  assert.ok(compare("1:0002", "1:0010") < 0);
  assert.ok(compare("1:0002", "1:0010", true) > 0);
  assert.equal(compare("x", "x"), 0);
});

test("only the rows that break the order move", () => {
  assert.deepEqual(misplaced(["a", "b", "c"]), []);
  assert.deepEqual(misplaced(["a", "z", "b", "c"]), [1]);
  assert.deepEqual(misplaced(["b", "c", "d", "a"]), [3]);
  assert.deepEqual(misplaced(["c", "b", "a"], true), []);
  assert.deepEqual(misplaced(["a", "a", "a"]), []);
  assert.deepEqual(misplaced([]), []);
});

test("what is left after taking out the misplaced is in order", () => {
  let seed = 7;
  const next = () => (seed = (seed * 1103515245 + 12345) % 2147483648);
  for (let round = 0; round < 300; round += 1) {
    const keys = Array.from({ length: next() % 30 }, () => String(next() % 20).padStart(2, "0"));
    for (const down of [false, true]) {
      const wrong = new Set(misplaced(keys, down));
      const left = keys.filter((_, i) => !wrong.has(i));
      assert.deepEqual(left, [...left].sort((a, b) => compare(a, b, down)));
    }
  }
});

test("the pill counts what waits, over all lists", () => {
  const one = new Pending();
  const two = new Pending();
  assert.equal(pendingText([one, two]), "");
  one.add(part("a", 1));
  one.add(part("a", 2));
  two.add(part("b", 1));
  two.moved.add("c");
  two.remove("d");
  assert.equal(pendingText([one, two]), "2 new · 1 moved · 1 removed");
  assert.equal(one.size + two.size, 4);
});

test("a row that came and went unseen is not counted", () => {
  const pending = new Pending();
  pending.add(part("a", 1));
  pending.remove("a");
  assert.equal(pending.size, 0);
  pending.remove("b");
  pending.back("b");
  assert.equal(pending.size, 0);
});

test("a moved row that goes counts once", () => {
  const pending = new Pending();
  pending.moved.add("a");
  pending.remove("a");
  assert.equal(pendingText([pending]), "1 removed");
});

test("the order key is read from the row's own tag", () => {
  assert.equal(orderIn('\n<tr id="a" data-order="1:0002" data-pos="4"><td data-order="no"></td></tr>'), "1:0002");
  assert.equal(orderIn("<tr><td data-order='x'></td></tr>"), "");
});
