import { addressOf, oneOf, text } from "@/lib/address";
import { SHOWN_TIERS, SORTS } from "./board";

export const BOARD_ADDRESS = { tier: oneOf(SHOWN_TIERS, "all"), words: text(), sort: oneOf(SORTS, "name") };
/** `sel` is the node of her territory that was chosen. */
export const PERSONA_ADDRESS = { id: text(), sel: text() };

/** Where all that is known of a persona is shown. */
export const addressOfPersona = (name: string) => addressOf("/personas/view/", PERSONA_ADDRESS, { id: name });
