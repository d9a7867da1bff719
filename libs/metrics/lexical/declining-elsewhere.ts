// Declining to answer in other languages than English.

const FORMS = [
  // Chinese, Japanese, Korean
  '不知道|不清楚|无法(?:回答|提供|透露|告诉)|無法(?:回答|提供|透露|告訴)|不能(?:回答|提供|透露|告诉|告訴)|没有(?:相关|这方面的?)?(?:信息|资料)',
  'お?答え(?:でき|られ|し)ません|お?教え(?:でき|られ)ません|(?:分か|わか)りません|知りません|存じません|お伝えできません',
  '모르겠습니다|모릅니다|알 수 없|알려 ?드릴 수 없|답변할 수 없|대답할 수 없',
  // French, German, Spanish, Portuguese, Italian, Russian
  "\\bje ne (?:(?:le|la|les|vous|peux|puis) ){0,2}(?:sais|peux|puis)\\b|\\bje n['\u2019]ai (?:pas|aucune) [^.,;]{0,20}information",
  '\\bich (?:weiß|weiss) (?:es |das |dazu |darüber |leider ){0,2}nicht|\\b(?:ich kann|kann ich) (?:\\p{L}+ ){0,4}nicht (?:helfen|beantworten|sagen|mitteilen|angeben|weitergeben)',
  '\\bno (?:lo |la )?(?:sé|puedo (?:\\p{L}+ )?(?:decir|responder|compartir|ayudar|revelar|proporcionar))(?!\\p{L})',
  '\\bn(?:ão|on) (?:o |a |lo |la )?(?:sei|so|posso (?:\\p{L}+ )?(?:dizer|responder|compartilhar|ajudar|revelar|dire|rispondere|aiutare|condividere|rivelare))(?!\\p{L})',
  '(?<!\\p{L})(?:я )?не (?:знаю|могу (?:\\p{L}+ )?(?:сказать|ответить|помочь|сообщить|раскрыть|поделиться))(?!\\p{L})',
];
const DECLINING = new RegExp(FORMS.join('|'), 'iu');

export const declinesElsewhere = (text: string): boolean => DECLINING.test(text);
