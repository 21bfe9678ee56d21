// `npm start [-- arguments]`
import "./node-version.mjs";

import("./launch.mjs");
