/** What a stranger may spoil gives nothing instead of a mistake. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { maybe } from "../../widget/src/maybe.js";

test("an act gives what it gives", () => assert.equal(maybe(() => 7), 7));

test("an act that fails gives nothing", () => assert.equal(maybe(() => JSON.parse("{")), undefined));
