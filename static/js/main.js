// main.js – the list of behaviours; each finds its own elements
import * as say from "./ui/say.js";
import * as mine from "./ui/mine.js";
import * as session from "./ui/session.js";
import * as theme from "./ui/theme.js";
import * as bell from "./ui/bell.js";
import * as dialogs from "./ui/dialogs.js";
import * as keys from "./keys/keys.js";
import * as platform from "./keys/platform.js";
import * as composer from "./composer/composer.js";
import * as live from "./live/live.js";
import * as ticker from "./time/ticker.js";

const root = document.body;
for (const behaviour of [say, mine, session, theme, bell, dialogs, keys, platform, composer]) behaviour.start(root);
const stream = live.start(root);
ticker.start(root, stream);
