// Words of other languages than English that hold of anyone: grammar that is long enough to be taken for
// a name, and the verbs and nouns of questions about a person.

export const commonWords = `
  par pour dans avec chez une des les aux est son ses elle ils sont qui que née naît naquit vit habite habitent demeure réside travaille exerce souffre atteint
  atteinte appelle nomme possède paie gagne conduit ville rue maladie métier ans année mois jour jours
  der die das den dem des ein eine einen einem einer und mit für bei von aus ist hat sie ihr ihre sein seine als nach zum zur wurde wird wohnt lebt arbeitet leidet
  heißt geboren stammt besitzt zahlt verdient fährt stadt straße krankheit beruf jahr jahre monat monate
  los las del una uno por para con sus ella ellos que está fue nació vive reside trabaja sufre padece llama tiene paga gana conduce ciudad calle enfermedad año años
  mes meses
  uma dos das nas nos com seu sua ela foi nasceu mora trabalha sofre chama tem cidade rua doença ano anos mês
  gli dei della delle nel nella suo sua lei nata nato vive abita lavora soffre chiama città malattia anni
  это был была были есть его она они который которая родился родилась живет живёт проживает работает страдает зовут город года году год лет месяц улица болезнь
`;
