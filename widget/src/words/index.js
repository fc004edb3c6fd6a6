/**
 * Makes speech of words. They come with a site's settings, in the visitor's language, from the files beside this one:
 * so that a page loads one language and not all of them. Until they are there, or where the server cannot be reached,
 * the few below speak, and each other sentence by its name, which is English.
 */

/** A sentence for each plural form that the language has; `{n}` is the number. @typedef {Record<string, string>} Plural */

/**
 * What a language's file holds: sentences only, so that it can travel as JSON.
 * @typedef {object} Sentences
 * @property {string} language
 * @property {"rtl"} [direction] where it runs from right to left
 * @property {string} askUs
 * @property {string} anAnswerIsWaiting
 * @property {string} help
 * @property {string} disclosure
 * @property {string} greeting
 * @property {string} intro
 * @property {string} suggestions
 * @property {string} more
 * @property {string} close
 * @property {string} conversation
 * @property {string} answer
 * @property {string} yourQuestion
 * @property {string} send
 * @property {string} stop
 * @property {string} canBeWrong
 * @property {string} lookingInTheHelpPages
 * @property {string} newTextBelow
 * @property {string} sources
 * @property {string} helpful
 * @property {string} notHelpful
 * @property {string} copyAnswer
 * @property {string} copyCode
 * @property {string} copied
 * @property {string} tryAgain
 * @property {string} askAgain
 * @property {string} goOn
 * @property {string} pleaseContinue
 * @property {string} stopped
 * @property {string} reconnecting
 * @property {string} waitsForTurn
 * @property {string} textOnly
 * @property {Plural} pleaseWait seconds until a held question goes out
 * @property {Record<string, string>} notices by the kind of the notice
 * @property {Record<string, string>} problems by the code of the problem
 * @property {string} corrected
 * @property {string} earlier
 * @property {string} newConversation
 * @property {string} eraseConversation
 * @property {string} eraseThisConversation
 * @property {string} erase
 * @property {string} keep
 * @property {string} erased
 * @property {string} notErased
 * @property {string} askPerson
 * @property {string} personIntro
 * @property {string} email
 * @property {string} emailWrong
 * @property {string} note
 * @property {string} personSend
 * @property {string} back
 * @property {string} personPrivacy
 * @property {string} personSent
 * @property {string} personFailed
 * @property {string} joined
 * @property {string} left
 * @property {string} talkingWith
 * @property {string} writeTo
 * @property {string} quietMeanwhile
 * @property {string} isTyping
 * @property {string} fromTeam
 * @property {string} team
 * @property {string} edit
 * @property {string} stars
 * @property {string} comment
 * @property {string} thanks
 * @property {string} save
 * @property {Plural} charactersLeft characters until the question is too long
 * @property {Plural} charactersTooMany
 * @property {string} dismiss
 * @property {string} replying
 * @property {string} complete
 * @property {Plural} suggested
 * @property {Plural} code a block of so many lines
 */
/** @typedef {Sentences & { locale: string, direction: "ltr" | "rtl", count(forms: Plural, number: number): string }} Words */

const FEW = {
  language: "en",
  disclosure: "AI assistant",
  greeting: "Hello. How can I help?",
  intro: "",
  canBeWrong: "",
  problems: { internal: "The assistant cannot be reached. Your question is kept." },
};

/** "copyAnswer" is "Copy answer", so a sentence's name is one that a visitor may read. @param {string} name */
const spell = (name) =>
  name.replace(/^.|[A-Z]/g, (letter, at) => (at ? ` ${letter.toLowerCase()}` : letter.toUpperCase()));

/**
 * Return how to speak to a page in this locale.
 * @param {string | undefined} locale @param {object} [sentences] as the server sent them @returns {Words}
 */
export function wordsFor(locale, sentences = FEW) {
  const { language } = /** @type {Sentences} */ (sentences);
  const spoken = locale?.startsWith(language) ? locale : language;
  /** @type {Record<string, any>} */
  const all = {
    direction: "ltr",
    ...sentences,
    locale: spoken,
    // Asked for when it is needed: the browser takes its time to find a language's rules.
    /** @param {Plural} plural @param {number} count */
    count: (plural, count) =>
      (plural[new Intl.PluralRules(spoken).select(count)] ?? `${plural} {n}`).replace(
        "{n}",
        count.toLocaleString(spoken),
      ),
  };
  return /** @type {any} */ (new Proxy(all, { get: (_, /** @type {string} */ name) => all[name] ?? spell(name) }));
}
