import { isTypableRoomName } from '@apprtc/client';

const minLength = 5;
const maxLength = 128;

/** What is wrong with a typed room name, in words for the person; null where nothing is. */
export function roomNameProblem(text: string): string | null {
  if (isTypableRoomName(text)) return null;
  const stranger = [...text].find((character) => !/[A-Za-z0-9_-]/.test(character));
  if (stranger !== undefined) {
    const named = /\s/.test(stranger) ? 'Spaces don’t' : `“${stranger}” doesn’t`;
    return `${named} work here: use letters, digits, - or _.`;
  }
  if (text.length < minLength) {
    const missing = minLength - text.length;
    return text === ''
      ? 'Type a name of 5 or more letters, digits, - or _.'
      : `${missing} more ${missing === 1 ? 'character' : 'characters'}, please: a name has at least 5.`;
  }
  if (text.length > maxLength) return 'That name is too long: 128 characters at most.';
  return `“${text}” is kept for the service. Choose another name.`;
}

/** Nine digits, like the original's; `randomWords` fills an array with chance. */
export function randomRoomName(randomWords: (words: Uint32Array<ArrayBuffer>) => void): string {
  const words = new Uint32Array(9);
  randomWords(words);
  return Array.from(words, (word) => word % 10).join('');
}
