// `npm test`
import "./node-version.mjs";

import("./run-tests.mjs");
