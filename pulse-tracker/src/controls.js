/** Controls that are called by their text. */
export const NAMED =
  'a,button,summary,[type=submit],[type=button],[role=button],[role=link],[role=tab],[role=menuitem]'

/** What is filled in. Its text is what somebody typed. */
export const FIELDS = 'input:not([type=submit],[type=button]),select,textarea,[contenteditable]'

/** What a visitor expects to answer. */
export const INTERACTIVE = NAMED + ',label,' + FIELDS

/** What answers by itself, without a trace in the document. */
export const SELF_ANSWERING = 'a[href],label,' + FIELDS
