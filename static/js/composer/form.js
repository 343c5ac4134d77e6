// composer/form.js – the selector of composers, shared by send, drafts and hold
export const COMPOSER = "form.composer, form#composer, form[data-composer], .composer form";
