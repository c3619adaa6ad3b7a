// Prints documents and the JSON that xml-js makes of them, `["document","json"]` a line, for
// `cases.jsonl`. In a folder where `npm install xml-js@1.6.11` ran:
//     NODE_PATH=node_modules node generate.js [SEED [COUNT]] >cases.jsonl
const x = require('xml-js');
function order(v){ if(Array.isArray(v))return v.map(order); if(v&&typeof v==='object'){const o=[];for(const k of Object.keys(v).sort((a,b)=>{const A=Buffer.from(a),B=Buffer.from(b);return A.length-B.length||Buffer.compare(A,B)}))o.push([k,order(v[k])]);return {__o:o};}return v;}
function ser(v){ if(Array.isArray(v))return '['+v.map(ser).join(',')+']'; if(v&&v.__o)return '{'+v.__o.map(([k,w])=>JSON.stringify(k)+':'+ser(w)).join(',')+'}'; return JSON.stringify(v);}
const conv = t => ser(order(JSON.parse(x.xml2json(t, { compact: false, ignoreComment: true }))));
let seed=+process.argv[2] || 1;const N=+process.argv[3] || 80;
function r(n){seed=(seed+0x6D2B79F5)|0;let t=Math.imul(seed^(seed>>>15),1|seed);t=(t+Math.imul(t^(t>>>7),61|t))^t;return ((t^(t>>>14))>>>0)%n;}
const pick=a=>a[r(a.length)];
const names=['a','Say','Dial','p:x','é','名前','a-b.c','_x','Z9','aa','b'];
const txt=['hello',' ','\n  ','\t','1','007','true','&amp;','&lt;','&#65;','&#x1F600;','&#32;','&#10;','&#9;','&apos;','&quot;','é','名','\u00a0','\u2028','\u0085','\ufeff','😀',']]','>','"',"'",'\\','/','\u007f','x y','\r\n','\r','&#13;','&gt;','=','--','\u3000'];
const attrs=['a','b','aa','voice','xml:lang','xmlns:q','length','B','é','_','zz','a.b','a-b'];
function text(){let s='';for(let i=r(5);i>=0;i--)s+=pick(txt);return s;}
function aval(q){let s='';for(let i=r(4);i>0;i--){let t=pick(txt);if(t===q)t='';s+=t;}return s;}
function el(d){const n=pick(names);const seen=new Set();let s='<'+n;for(let i=r(4);i>0;i--){const a=pick(attrs);if(seen.has(a))continue;seen.add(a);const q=pick(['"',"'"]);s+=pick([' ','\n ','  '])+a+pick(['=',' = '])+q+(a==='xmlns:q'?'u':aval(q))+q;}
 s+=pick(['',' ']);if(r(4)===0||d>4)return s+'/>';s+='>';for(let i=r(5);i>0;i--)s+=node(d+1);return s+'</'+n+pick(['',' '])+'>';}
function node(d){switch(r(8)){case 0:case 1:case 2:return text();case 3:return '<!--'+pick(['',' c ','x','a-b','<b>&amp;'])+'-->';case 4:return '<![CDATA['+pick(['',' ','a<b','&amp;','\r\n',']',']]','>',']]]','é'])+']]>';case 5:return '<?'+pick(['go','php','a-b'])+pick([' ','  ','\n'])+pick(['x="1" y=\'2\'','data ','a?b','<>&amp;','é\r\n '])+'?>';case 6: return '<?'+pick(['go','z'])+pick(['',' '])+'?>';default:return el(d);}}
function misc(){return pick(['','\n',' <!-- m -->\n','<?pi x?>','<!---->']);}
const docs=[];while(docs.length<N){let s=pick(['','<?xml version="1.0"?>','<?xml version="1.0" encoding="UTF-8"?>\n',"<?xml version='1.0' encoding='utf-8' standalone='yes' ?>",'<?xml version = "1.0" standalone="no"?>','\ufeff<?xml version="1.0"?>']);
 s+=misc()+'<r xmlns:p="urn:x">';for(let i=r(5);i>0;i--)s+=node(0);s+='</r>'+misc();docs.push(s);}

for (const doc of docs) {
  // xml-js lets `]]>` stand in text; XML does not.
  if (!/\]\]>/.test(doc.replace(/<!\[CDATA\[[^]*?\]\]>/g, ''))) console.log(JSON.stringify([doc, conv(doc)]));
}
