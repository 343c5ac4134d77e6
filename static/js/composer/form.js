// composer/form.js – how a composer is recognised; send, draft and hold must agree
export const COMPOSER = "form.composer, form#composer, form[data-composer], .composer form";
