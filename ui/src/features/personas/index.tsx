export { PersonaPage } from "./persona-page";
export { PersonasPage } from "./personas-page";
