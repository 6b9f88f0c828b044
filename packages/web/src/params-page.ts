import './styles/tokens.css';
import './styles/base.css';
import './styles/home.css';
import './styles/params.css';

/** Nine digits, as home proposes them. */
function randomRoom(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(9)), (byte) => byte % 10).join('');
}

// Without script the links open home, which leads to a room as well.
for (const link of document.querySelectorAll<HTMLAnchorElement>('a.try')) {
  link.href = `/r/${randomRoom()}${link.search}`;
}
