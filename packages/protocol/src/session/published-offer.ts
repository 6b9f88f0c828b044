import { parseInnerMessage } from '../inner-message.ts';

/** Lines of an SDP (RFC 8866) that say where its sender can be reached. */
const telltale =
  /^(?:a=candidate:|a=remote-candidates:|a=rtcp:|c=(?!IN IP4 0\.0\.0\.0$|IN IP6 ::$))/m;

/**
 * [V29] Whether watchers, who hold no seat, may see it: an offer without addresses. Candidates travel beside it
 * and only to the one who joins.
 */
export function isPublishable(message: string): boolean {
  const offer = parseInnerMessage(message);
  if (!offer.ok || offer.value.type !== 'offer') return false;
  return !telltale.test(offer.value.sdp.replaceAll(/\r\n?/g, '\n'));
}
