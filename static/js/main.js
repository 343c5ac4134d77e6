// main.js – the list of behaviours; each finds its own elements
import * as say from "./ui/say.js";
import * as mine from "./ui/mine.js";
import * as session from "./ui/session.js";
import * as theme from "./ui/theme.js";
import * as choices from "./ui/choices.js";
import * as title from "./ui/title.js";
import * as bell from "./ui/bell.js";
import * as status from "./ui/status.js";
import * as dialogs from "./ui/dialogs.js";
import * as owners from "./ui/owners.js";
import * as mass from "./sla/mass.js";
import * as hour from "./sla/hour.js";
import * as sweep from "./sla/sweep.js";
import * as keys from "./keys/keys.js";
import * as platform from "./keys/platform.js";
import * as composer from "./composer/composer.js";
import * as live from "./live/live.js";
import * as announce from "./live/announce.js";
import * as ticker from "./time/ticker.js";

const root = document.body;
const desk = [say, mine, session, choices, theme, bell, status, title, dialogs, owners, mass, hour, sweep, keys, platform, composer];
for (const behaviour of desk) behaviour.start(root);
const stream = live.start(root);
ticker.start(root, stream);
announce.start(root);
